"""What changes without a new page is told to who does not see it."""

from streamlit.testing.v1 import AppTest

from tests.app.shelf import Visit, html


def test_the_number_of_results_is_a_status_to_which_a_link_leads(visit: Visit) -> None:
    page = html(visit(q="джаз"))
    assert '<div role="status"><h2 class="kadr-section" id="found" tabindex="-1">Нашлось: 1 фильм</h2></div>' in page
    assert '<a class="kadr-skip" href="#found">К результатам</a>' in page


def test_where_nothing_was_found_no_link_leads_there(visit: Visit) -> None:
    assert "#found" not in html(visit(q="qwrtplk"))


def test_what_is_waited_for_is_a_status() -> None:
    def page() -> None:
        from app.widgets import waiting

        waiting("<b>скоро</b>")

    assert html(AppTest.from_function(page).run()) == '<p class="kadr-lead" role="status">&lt;b&gt;скоро&lt;/b&gt;</p>'
