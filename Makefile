# Everything that a developer types. `make` alone lists it.
# ARGS goes to the program or to the tests: make run ARGS='--data /srv/heddle', make test ARGS='--filter RateTerms'.
.DEFAULT_GOAL := help
.PHONY: help setup run test check lint format schema bench soak
MAKEFLAGS += --no-print-directory

ARGS ?=
swift_files := Package.swift Sources Tests Benchmarks db deploy

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the packages that are missing (apt, as root or through sudo), check Swift; starts nothing
	@scripts/setup.sh

run: setup ## build release, start Heddle on its own PostgreSQL, put a real call through, keep serving until Ctrl-C
	swift build --configuration release --product heddle
	@exec .build/release/heddle serve --demo $(ARGS)

test: setup ## every test, of a release build, and the format; ends with `N passed, N failed`; ARGS: some, of debug
	@scripts/test.sh $(if $(ARGS),--tests-only $(ARGS))

check: setup lint ## what is quick: format, house rules, schema
	@scripts/test.sh --tests-only --filter 'TidyTests|SchemaTests' $(ARGS)

lint: ## the format alone, as .swift-format says
	swift format lint --strict --parallel --recursive $(swift_files)

format: ## rewrite the Swift files as .swift-format says
	swift format --in-place --parallel --recursive $(swift_files)

schema: setup ## write db/schema.sql, docs/reference/schema.md, the pictures, openapi.json and who may what anew
	@RECORD_SNAPSHOTS=1 scripts/test.sh --tests-only \
		--filter 'SchemaDumpTests|SchemaReferenceTests|RoleMatrixTests|EndpointMatrixTests|OpenAPITests'
	rm -rf docs/erd && mkdir docs/erd
	for part in .build/erd/*.dot; do dot -Tsvg -o docs/erd/$$(basename $$part .dot).svg $$part || exit; done
	dot -Tsvg -o docs/erd.svg docs/erd.dot
	dot -Tpng -Gdpi=72 -o docs/erd.png docs/erd.dot

bench: setup ## measure in release against pgbench and psql; prints the method, writes .build/bench.json
	swift build --configuration release --product heddle-bench
	@exec .build/release/heddle-bench --json .build/bench.json $(ARGS)

soak: setup ## the long tests: HEDDLE_SOAK=1, three hours at most
	@HEDDLE_SOAK=1 TEST_TIMEOUT_S=5400 scripts/test.sh --soak --filter Soak $(ARGS)
