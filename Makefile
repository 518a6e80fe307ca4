# scoring: credit scoring inside PostgreSQL. Builds with PGXS; see README.md.

EXTENSION = scoring
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" scoring.control)

# The rooms, lowest first. sql/modules/ROOM.sql are concatenated in this order; each room may have src/ROOM.c (glue) and src/ROOM_core.c.
SQL_ROOMS = schema activity balance_history account_history credit_file vintage \
	tally binning logistic model validation scorecard owner workspace
CORES = fault wire json number_core calendar_core profile_core \
	activity_core activity_merge_core activity_window_core activity_json_core \
	balance_history_core account_history_core account_core credit_file_core vintage_core \
	tally_core binning_core binning_fit_core binning_json_core \
	logistic_core model_core validation_core scorecard_core scorecard_regress_core
GLUE = errors owner decimal moment value decoded profile row scan \
	activity balance_history account_history credit_file vintage \
	tally binning logistic model validation scorecard scorecard_arguments scorecard_read scorecard_record

MODULE_big = scoring
OBJS = $(CORES:%=src/%.o) $(GLUE:%=src/%.o)
SQL_MODULES = $(SQL_ROOMS:%=sql/modules/%.sql)

DATA_built = sql/$(EXTENSION)--$(EXTVERSION).sql
DATA := $(wildcard sql/updates/$(EXTENSION)--*.sql)
DOCS := $(wildcard docs/*.md)

REGRESS := $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=scoring
# No contraction of a*b+c, so that every CPU gives the same bits; C17 with the extensions PostgreSQL's own headers use.
PG_CFLAGS = -std=gnu17 -ffp-contract=off -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers \
	-Wno-ignored-optimization-argument -Wno-unknown-warning-option
# A server built with gcc hands clang gcc's flags, and its headers an attribute that clang has not.
ifneq ($(findstring clang,$(CC)),)
PG_CFLAGS += -Wno-ignored-attributes
endif
ifdef WERROR
PG_CFLAGS += -Werror
endif
EXTRA_CLEAN = sql/$(EXTENSION)--$(EXTVERSION).sql

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# JIT inlines functions from bitcode, for whatever CPU it runs on: the rule about contraction holds there too.
BITCODE_CFLAGS += -std=gnu17 -ffp-contract=off

# pg_regress looks for ./sql/TEST.sql before test/sql/TEST.sql.
ifneq ($(filter $(REGRESS:%=sql/%.sql),$(wildcard sql/*.sql)),)
$(error a file in sql/ has a test's name and would be run in its place)
endif

$(DATA_built): $(SQL_MODULES) $(wildcard sql/templates/*) Makefile scoring.control
	{ printf '%s\n' '-- Generated from sql/modules; do not edit.' \
	    '\echo Use "CREATE EXTENSION scoring" to load this file. \quit'; \
	  awk -v directory=sql/templates -f sql/templates/expand.awk $(SQL_MODULES); } > $@

$(OBJS): $(wildcard src/*.h)
