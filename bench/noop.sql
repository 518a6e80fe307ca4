-- Built and installed by bench/run only; :noop is the path of the module.
CREATE FUNCTION bench_noop(bigint, float8, boolean) RETURNS bigint LANGUAGE c IMMUTABLE PARALLEL SAFE AS :'noop', 'bench_noop';
CREATE AGGREGATE noop_agg(float8, boolean) (SFUNC = bench_noop, STYPE = bigint, INITCOND = 0, PARALLEL = SAFE);
