# Shared by the scripts of this directory, which compute golden values with other people's programs.
# They are run by hand, in Python 3.11, and write the .sql files beside them, which the tests include.
#   SCORING_DATA=... python logistic.py > logistic.sql        (and so on)
import csv
import gzip
import os
import sys
from importlib.metadata import version


def _data(name):
    return os.path.join(os.environ["SCORING_DATA"], name)


def german():
    with open(_data("german_credit/german_credit.csv")) as f:
        rows = list(csv.DictReader(f))
    return rows, [row["class"] == "2" for row in rows]


def taiwan():
    with gzip.open(_data("taiwan_default/default_of_credit_card_clients.csv.gz"), "rt") as f:
        rows = [{k.lower(): v for k, v in row.items()} for row in csv.DictReader(f)]
    return rows, [row["default.payment.next.month"] == "1" for row in rows]


# A lender may not use these.
GERMAN_PROHIBITED = {"personal_status_sex", "age_years", "foreign_worker"}
TAIWAN_PROHIBITED = {"sex", "marriage", "age"}
GERMAN_NUMERIC = ["duration_months", "credit_amount", "installment_rate_pct", "residence_since", "existing_credits", "dependents"]
TAIWAN_NUMERIC = (["limit_bal", "pay_0"] + ["pay_%d" % k for k in range(2, 7)] + ["bill_amt%d" % k for k in range(1, 7)]
                  + ["pay_amt%d" % k for k in range(1, 7)])
assert not GERMAN_PROHIBITED & set(GERMAN_NUMERIC) and not TAIWAN_PROHIBITED & set(TAIWAN_NUMERIC)


def header(what, packages):
    versions = ", ".join("%s %s" % (p, version(p)) for p in packages)
    print("-- %s\n-- Written by test/golden/%s with Python %d.%d, %s. Do not edit."
          % (what.replace("\n", "\n-- "), os.path.basename(sys.argv[0]), sys.version_info[0], sys.version_info[1], versions))


def text(s):
    return "NULL" if s is None else "'" + str(s).replace("'", "''") + "'"


def array(values, kind):
    return "NULL" if values is None else text("{" + ",".join(values) + "}") + "::" + kind


def insert(table, columns, rows):
    print("INSERT INTO %s (%s) VALUES" % (table, ", ".join(columns)))
    print(",\n".join("  (" + ", ".join(row) + ")" for row in rows) + ";")
