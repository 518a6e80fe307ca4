-- bench_rows(c1 .. c20 float8, bad boolean): rows for the benchmarks.
--
--   psql -v rows=1000000 -v seed=1 -v table=bench_rows -f test/wide.sql
--
-- Twenty independent characteristics, continuous (practically no value twice) and all informative (IV about 0.05 each),
-- of five shapes: normal, lognormal, uniform, heavy-tailed and bounded; every fifth works through a valley. The bad
-- rate is about one in ten. Plain SQL and as repeatable as test/portfolio.sql, whose head says how.
\if :{?rows}
\else
\set rows 10000
\endif
\if :{?seed}
\else
\set seed 1
\endif
\if :{?table}
\else
\set table bench_rows
\endif

-- z1 to z20: standard normals, two from each pair of uniforms.
SELECT string_agg(format('sqrt(-2 * ln(((hashint8extended(id, %1$s::bigint) & 4503599627370495)::float8 + 0.5) / 4503599627370496))'
                         ' * %3$s(6.283185307179586 * (((hashint8extended(id, %2$s::bigint) & 4503599627370495)::float8 + 0.5) / 4503599627370496)) AS z%4$s',
                         :seed::bigint * 1000 + 500 + (k + 1) / 2, :seed::bigint * 1000 + 600 + (k + 1) / 2,
                         CASE k % 2 WHEN 1 THEN 'cos' ELSE 'sin' END, k), ', ') AS wide_normals,
       string_agg(CASE k % 5
                    WHEN 1 THEN format('50 + 10 * z%s', k)
                    WHEN 2 THEN format('exp(7.5 + 0.6 * z%s)', k)
                    WHEN 3 THEN format('1 / (1 + exp(-1.702 * z%s))', k)
                    WHEN 4 THEN format('z%1$s * z%1$s * z%1$s', k)
                    ELSE format('tanh(z%s)', k)
                  END || format(' AS c%s', k), ', ') AS wide_characteristics,
       string_agg(format(CASE WHEN k % 5 = 0 THEN '0.17 * (z%1$s * z%1$s - 1)' ELSE '%2$s0.27 * z%1$s' END, k, CASE k % 2 WHEN 0 THEN '-' ELSE '' END),
                  ' + ') AS wide_effects
FROM generate_series(1, 20) k \gset

CREATE TABLE :table AS
SELECT :wide_characteristics,
  ((hashint8extended(id, :seed::bigint * 1000 + 700) & 4503599627370495)::float8 + 0.5) / 4503599627370496 < 1 / (1 + exp(2.65 - (:wide_effects))) AS bad
FROM (SELECT id, :wide_normals FROM generate_series(1, :rows::bigint) id OFFSET 0) normal;

\unset wide_normals
\unset wide_characteristics
\unset wide_effects
ANALYZE :table;
