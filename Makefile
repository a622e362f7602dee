# Needs Go, Node with npm, git, make and gcc; scripts/postgres.sh finds or installs PostgreSQL.

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
READER  := edge/web/reader
CONSOLE := edge/web/console
MODULES := web/node_modules
# What a developer's PostgreSQL lives in (make postgres).
PG_DIR  ?= $(or $(TMPDIR),/tmp)/ordo-postgres

.DEFAULT_GOAL := build
.PHONY: build run test check bench figures fuzz proof proof-long docs capabilities reader console screenshots postgres postgres-stop clean

build: reader console ## bin/ordo, with all that it embeds
	CGO_ENABLED=0 go build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/ordo ./cmd/ordo

run: build ## the demo on http://localhost:8080, or on ORDO_ADDR
	./bin/ordo demo

test: ## everything that CI runs, on SQLite and PostgreSQL
	scripts/test.sh

check: ## the fast subset: no race detector, no slow packages, no longest tests
	scripts/test.sh fast

bench: build ## measure everything on both databases, about 25 minutes; ordo bench --help tells more
	scripts/bench.sh

figures: build ## measure the console in Chromium over 200,000 orders, about 8 minutes
	scripts/browser.sh figures
	bin/ordo docs

proof: ## prove what is claimed, within about an hour, and write docs/proof.md; PARTS="bugs races" runs some
	scripts/proof.sh $(PARTS)

proof-long: ## the long forms of all parts, several hours
	scripts/proof.sh long $(PARTS)

fuzz: ## run every fuzz target for FUZZ_SECONDS
	scripts/fuzz.sh $(or $(FUZZ_SECONDS),30)

docs: ## write docs/generated from the tables in the code
	go run ./cmd/ordo docs

capabilities: docs ## write docs/generated/capabilities.md from docs/capabilities.txt and the tests

postgres: ## start a server for go test, and print the variable to export
	@url=$$(scripts/postgres.sh start '$(PG_DIR)') && echo "export ORDO_TEST_POSTGRES='$$url'"

postgres-stop: ## stop that server and remove its data
	scripts/postgres.sh stop '$(PG_DIR)'

screenshots: build ## pictures of every route of the console, into docs/screenshots
	scripts/browser.sh screenshots

# The API reader and its font: fetched when the lock file changes, then copied
# to where edge/web embeds them.
reader: $(READER)/rapidoc-min.js

$(MODULES)/.package-lock.json: web/package-lock.json web/.npmrc
	cd web && npm ci --ignore-scripts
	@touch $@

$(READER)/rapidoc-min.js: $(MODULES)/.package-lock.json $(wildcard web/reader/reader.*)
	cp $(MODULES)/rapidoc/LICENSE.txt $(READER)/rapidoc.LICENSE.txt
	cp $(MODULES)/rapidoc/dist/rapidoc-min.js.LICENSE.txt $(READER)/
	cp $(MODULES)/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2 $(READER)/
	cp $(MODULES)/@fontsource-variable/inter/LICENSE $(READER)/inter.LICENSE.txt
	cp web/reader/reader.css web/reader/reader.js $(READER)/
	cp $(MODULES)/rapidoc/dist/rapidoc-min.js $@
	@touch $@

# The console: its client is made from the API's document, and what Vite builds
# lands where edge/web embeds it.
console: $(CONSOLE)/index.html

$(CONSOLE)/index.html: $(MODULES)/.package-lock.json docs/generated/openapi.json web/console/index.html web/console/vite.config.ts $(shell find web/console/src -type f ! -name schema.d.ts)
	rm -rf $(CONSOLE)/assets
	cd web/console && npm run --silent api && npm run --silent build -- --logLevel warn
	@touch $@

clean: ## remove what build made
	rm -rf bin $(MODULES)
	git clean -fqX $(READER) $(CONSOLE)
