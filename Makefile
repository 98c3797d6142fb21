# Needs Python 3.11 or newer with venv, make and git; everything else goes into $(VENV).
SHELL := bash
PYTHON ?= python3
VENV ?= .venv
PROFILE ?= embedded
GEN ?= proto/gen
# Three workers keep two processors busy, for each waits now and then; conftest.py says what one runs as a whole.
WORKERS ?= -n 3 --no-loadscope-reorder
# A long run that was broken off goes on at its last line; the lines of a whole one are committed.
RESULTS = --results tests/faults/results/$(1).jsonl
SOAK = $(or $(T),faults minio protokoll akten)
IN := $(VENV)/bin/
PACKAGES := $(patsubst %/pyproject.toml,%,$(wildcard proto/gen/pyproject.toml kit/pyproject.toml services/*/pyproject.toml gateway/pyproject.toml deploy/*/pyproject.toml))
SOURCES := $(wildcard kit/src services/*/src gateway/src deploy/*/src)
export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(abspath $(VENV))

# What the environment sets already wins over the profile, and the profile over the running servers of the stack.
WITH_PROFILE = set -e; settings="$$(cat deploy/profiles/$(PROFILE).env)"; \
	$(if $(filter real,$(PROFILE)),settings+=$$'\n'"$$($(IN)python -m dms_stack env)";) \
	while IFS='=' read -r name value; do [[ -z $$name || $$name == '\#'* || -v $$name ]] || export "$$name=$$value"; done <<< "$$settings";

.DEFAULT_GOAL := help
.PHONY: help run demo reindex verify-store stack-up stack-down stack-status stack-logs test soak test-real bench verify-protokoll lint fmt types arch proto openapi docs ci clean

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use
run: $(VENV)/run.stamp ## set up and serve everything on port $DMS_PORT (8080), data below run/ ($DMS_DATA); PROFILE=real: on the stack
	@$(WITH_PROFILE) $(if $(filter real,$(PROFILE)),$(IN)python -m dms_keycloak apply --demo deploy/demo/dueren.yaml;) \
	exec $(IN)python -m dms_standalone run

demo: $(VENV)/run.stamp ## send applications and watch each stage of them (starts a server if none runs)
	@$(WITH_PROFILE) exec $(IN)python -m dms_standalone demo

reindex: $(VENV)/run.stamp ## build the search index anew beside the old one and show a bar
	@$(WITH_PROFILE) exec $(IN)python -m dms_standalone reindex

verify-store: $(VENV)/run.stamp ## read every object, compare database, object store and search index; REPAIR=1 mends index and orphans
	@$(WITH_PROFILE) exec $(IN)python -m dms_standalone verify-store $(if $(REPAIR),--repair)

verify-protokoll: $(VENV)/run.stamp ## check the sealed Protokoll of the running installation against its signed checkpoints
	@$(WITH_PROFILE) exec env $$($(IN)python -m dms_standalone env) $(IN)python -m dms_verify protokoll

stack-up: $(VENV)/run.stamp ## start Kafka, OpenSearch, Keycloak, S3 and PostgreSQL (SERVERS='kafka s3': these; S3=minio)
	@exec $(IN)python -m dms_stack up $(SERVERS)

stack-down: $(VENV)/run.stamp ## end them; their data stays below run/stack/
	@exec $(IN)python -m dms_stack down $(SERVERS)

stack-status: $(VENV)/run.stamp ## one line a server: name, version, port, process, memory
	@$(IN)python -m dms_stack status $(SERVERS) || test $$? = 3

stack-logs: $(VENV)/run.stamp ## the last messages of each server
	@exec $(IN)python -m dms_stack logs $(SERVERS)

##@ Prove
test: $(VENV)/dev.stamp ## run the whole suite; T='expression' or T=path/to/test.py runs a part of it
	$(IN)pytest $(if $(T),$(if $(findstring /,$(T)),$(T),-k "$$T"),$(WORKERS))

test-real: $(VENV)/dev.stamp ## start Kafka, OpenSearch, Keycloak, S3 and PostgreSQL of their own, run every test that needs them, end them
	@exec $(IN)python -m tests.real $(if $(T),$(if $(findstring /,$(T)),$(T),-k "$(T)"))

soak: $(addprefix soak-,$(SOAK)) ## the long runs: T=faults kills each real server under load, T=minio tests S3 on MinIO too, T=protokoll tampers, T=akten kills amid acts, T=lebenszyklus acts at random

soak-faults: $(VENV)/dev.stamp
	$(IN)python -m tests.faults.servers $(call RESULTS,faults)

soak-minio: $(VENV)/dev.stamp
	$(IN)python -m tests.real --minio -k s3

soak-protokoll: $(VENV)/dev.stamp
	$(IN)python -m tests.faults.tampering $(call RESULTS,tampering)
	$(IN)python -m tests.faults.sealing $(call RESULTS,sealing)

soak-akten: $(VENV)/dev.stamp
	$(IN)python -m tests.faults.akten $(call RESULTS,akten)

soak-lebenszyklus: $(VENV)/dev.stamp
	LEBENSZYKLUS_EXAMPLES=$${LEBENSZYKLUS_EXAMPLES:-300} $(IN)pytest -q -s $(wildcard services/records/tests/integration/test_lebenszyklus*.py)

soak-%:
	@echo "T=$* is no long run; they are faults, minio, protokoll, akten and lebenszyklus" >&2; exit 2

bench: $(VENV)/dev.stamp ## measure, one JSON line a figure; PROFILE=real: on real servers, started and removed for it
	@exec $(IN)python -m tests.load.bench --profile $(PROFILE)

##@ Check
lint: $(VENV)/dev.stamp ## ruff: rules and format
	$(IN)ruff check .
	$(IN)ruff format --check .

fmt: $(VENV)/dev.stamp ## ruff: repair and format in place
	$(IN)ruff check --fix-only .
	$(IN)ruff format .

types: $(VENV)/dev.stamp ## mypy --strict over every src folder
	$(IN)mypy $(SOURCES)

arch: $(VENV)/dev.stamp ## the nine import contracts, then the tests about the shape of the repository
	$(IN)lint-imports
	$(IN)pytest tests/architecture

ci: ## everything that has to be green before a change lands
	bash .ci/run

##@ Generate
proto: $(VENV)/dev.stamp ## proto/gen from proto/dms
	$(IN)python -m grpc_tools.protoc -Iproto --python_out=$(GEN) --pyi_out=$(GEN) $$(find proto/dms -name '*.proto' | sort)

openapi: $(VENV)/dev.stamp ## services/*/openapi.yaml from the code
	@set -e; for s in services/*/; do $(IN)python -m dms_$$(basename $$s) openapi > $$s/openapi.new; mv $$s/openapi.new $$s/openapi.yaml; done

docs: $(VENV)/dev.stamp ## docs/events.md from the bus tables, the settings table of the README from the code
	$(IN)python docs/generate.py

clean: ## remove what the tools left behind; the environment and run/ stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find $(SOURCES) tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/uv.stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Registratur needs Python 3.11 or newer; name it with: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) && $(IN)python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/%.stamp: requirements/%.txt $(VENV)/uv.stamp $(PACKAGES:%=%/pyproject.toml)
	$(IN)uv pip install --quiet --require-hashes -r requirements/$*.txt
	$(IN)uv pip install --quiet --no-deps --no-build-isolation $(PACKAGES:%=--editable ./%)
	@touch $@
