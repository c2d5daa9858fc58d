# What the workflows run. Each target is one step of a job; tests/github runs them all. They are told what to do by the
# environment, which the shell reads and make does not: what somebody types into a form is never part of a command.
#   CATALOGUE     catalogue file; BUNDLES: folder of bundles; LIMIT: films or pages of each source
#   ACCEPT_LOSS   "true": go on though a source gives less than half of its last films
#   PLACE         where bundles are published: hf://datasets/OWNER/NAME, ...; empty for what the catalogue file says
.PHONY: job-collect job-embed job-gate job-publish job-smoke job-issue lock-check \
	image-login image-base image-push image-try image-join

KADR := $(BIN)/kadr
JOB_CATALOGUE := "$${CATALOGUE:-data/catalogue.toml}"
JOB_BUNDLES := "$${BUNDLES:-bundles}"
JOB_EXTENT := $${LIMIT:+--limit "$$LIMIT"} $$(test "$$ACCEPT_LOSS" != true || echo --accept-loss)

job-collect: $(READY)
	$(KADR) collect $(JOB_CATALOGUE) $(JOB_EXTENT)

# Only what was collected before is read, so that a step that may cost credits never waits for a film site.
job-embed: $(READY)
	$(KADR) build $(JOB_CATALOGUE) --offline --out $(JOB_BUNDLES) $(JOB_EXTENT)

job-gate: $(READY)
	$(KADR) gate $(JOB_BUNDLES) --config $(JOB_CATALOGUE) $${PLACE:+--against "$$PLACE"}

job-publish: $(READY)
	$(KADR) publish $(JOB_CATALOGUE) --bundle $(JOB_BUNDLES) $${PLACE:+--to "$$PLACE"}

# On another machine: what was published is fetched, verified and asked for a thousand of its films.
job-smoke: $(READY)
	$(KADR) gate "$${PLACE:?is not set: say where bundles are published}" --alone --config $(JOB_CATALOGUE)

# A site may be down for a day; twice is a fault. One issue stays open, and each failure after adds a comment.
job-issue:
	@last=$$(gh run list --workflow "$$WORKFLOW" --status completed --limit 1 \
		--json conclusion --jq '.[0].conclusion // empty') || exit 1; \
	case "$$last" in \
		failure|timed_out|startup_failure) ;; \
		*) echo "the run before this one ended with '$$last': no issue yet"; exit 0 ;; \
	esac; \
	title="$$WORKFLOW failed twice in a row"; \
	body="The last run that failed: $$RUN_URL. Its summary says what was refused; what was published before serves on."; \
	number=$$(gh issue list --state open --search "in:title \"$$title\"" \
		--json number --jq '.[0].number // empty') || exit 1; \
	if [ -n "$$number" ]; then gh issue comment "$$number" --body "$$body"; \
	else gh issue create --title "$$title" --body "$$body"; fi

lock-check:  ## Resolve requirements.lock for every Python that is supported (needs uv)
	@for version in 3.11 3.12 3.13 3.14; do echo "Python $$version"; \
		uv pip compile --quiet --no-header --only-binary :all: --python-version $$version \
			requirements.lock -o "$${TMPDIR:-/tmp}/kadr-lock-$$version.txt" || exit 1; done

# The image: its name is that of the repository, in small letters as registries ask for.
IMAGE_BASE_TAG := docker.io/library/python:3.13-slim
IMAGE := ghcr.io/$$(printf %s "$$GITHUB_REPOSITORY" | tr A-Z a-z)
IMAGE_SHORT := $$(printf %.12s "$$GITHUB_SHA")
DIGEST_OF := docker buildx imagetools inspect --format '{{.Manifest.Digest}}'

image-login:
	@printf %s "$$GITHUB_TOKEN" | docker login ghcr.io --username "$$GITHUB_ACTOR" --password-stdin

# What the tag of the base means today: all images of a run are made from that one, and its digest is recorded.
image-base:
	@digest=$$($(DIGEST_OF) $(IMAGE_BASE_TAG)) && base="$(IMAGE_BASE_TAG)@$$digest" && \
	printf 'base=%s\n' "$$base" >> "$$GITHUB_OUTPUT" && \
	printf 'Base image: `%s`\n' "$$base" >> "$$GITHUB_STEP_SUMMARY"

# TARGET: app or api; ARCH: amd64 or arm64, that of the machine; BASE: what image-base found.
image-push:
	docker buildx create --use --driver docker-container
	docker buildx build --target "$$TARGET" --platform "linux/$$ARCH" --build-arg BASE="$$BASE" \
		--build-arg REVISION="$$GITHUB_SHA" --build-arg SOURCE="$$GITHUB_SERVER_URL/$$GITHUB_REPOSITORY" \
		--sbom=true --provenance=mode=max --push --tag "$(IMAGE):$$TARGET-$(IMAGE_SHORT)-$$ARCH" .

# Run as docs/deploy.md says, until its health check holds; what it said where it does not.
image-try:
	docker run --detach --name kadr-try --read-only --tmpfs /tmp --cap-drop ALL --network none \
		--security-opt no-new-privileges --health-interval 2s "$(IMAGE):$$TARGET-$(IMAGE_SHORT)-$$ARCH"
	@for _ in $$(seq 60); do \
		state=$$(docker inspect --format '{{.State.Status}} {{.State.Health.Status}}' kadr-try) || exit 1; \
		case "$$state" in "running healthy") echo "$$TARGET: healthy"; exit 0 ;; "running starting") sleep 2 ;; *) break ;; esac; \
	done; docker logs kadr-try; echo "$$TARGET: does not get healthy ($$state)"; exit 1

# One name for both machines, and its digest for the attestation.
image-join:
	docker buildx imagetools create --tag "$(IMAGE):$$TARGET-$(IMAGE_SHORT)" --tag "$(IMAGE):$$TARGET" \
		"$(IMAGE):$$TARGET-$(IMAGE_SHORT)-amd64" "$(IMAGE):$$TARGET-$(IMAGE_SHORT)-arm64"
	@digest=$$($(DIGEST_OF) "$(IMAGE):$$TARGET-$(IMAGE_SHORT)") && \
	printf 'name=%s\ndigest=%s\n' "$(IMAGE)" "$$digest" >> "$$GITHUB_OUTPUT" && \
	printf 'Image: `%s:%s@%s`, from `%s`\n' "$(IMAGE)" "$$TARGET" "$$digest" "$$BASE" >> "$$GITHUB_STEP_SUMMARY"
