# Every target is ./dev; this file is for those whose fingers type make.
.DEFAULT_GOAL := help
.PHONY: help run test check demo

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

run: ## start Lemonwatch, everything in one process
	@./dev run

test: ## run the tests
	@./dev test

check: ## formatting, lint, types and the direction of imports
	@./dev check

demo: ## a minute's tour on screen
	@./dev demo
