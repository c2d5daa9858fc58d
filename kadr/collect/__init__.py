"""Where films come from: every source is read into a harvest of films and rejected rows."""
