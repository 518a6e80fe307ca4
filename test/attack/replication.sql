-- V56: publications, slots and decoding. REPLICATION is inside the trust boundary; nobody else gets there.
\c - officer_north
SELECT attack.is(attack.state('CREATE PUBLICATION p FOR TABLE bank.applicant') || attack.state('CREATE PUBLICATION p FOR ALL TABLES') || attack.state('CREATE PUBLICATION p FOR TABLES IN SCHEMA bank'), '425014250142501', 'V56: an officer publishes nothing');
SELECT attack.is(attack.state('SELECT pg_create_logical_replication_slot(''s'', ''test_decoding'')') || attack.state('SELECT pg_create_physical_replication_slot(''s'')') || attack.state('SELECT * FROM pg_logical_slot_get_changes(''s'', NULL, NULL)'), '425014250142501', 'V56: makes no slot and decodes nothing');
CREATE SUBSCRIPTION s CONNECTION 'dbname=attack' PUBLICATION p;
SELECT attack.is(:'SQLSTATE', '42501', 'V56: and subscribes to nothing');
\c - postgres
SELECT attack.is(string_agg(pubname, ','), NULL, 'V56: no protected table is published') FROM pg_publication_tables WHERE schemaname IN ('bank', 'scoring_data');
-- Where it happens, it is a fault of the protection.
SET client_min_messages = error;
CREATE PUBLICATION leaking FOR TABLE bank.applicant;
RESET client_min_messages;
SELECT attack.ok(count(*) = 1, 'control: it can be done by a superuser') FROM pg_publication_tables WHERE tablename = 'applicant';
SELECT attack.ok(count(*) = 1, 'V56: and then doctor() says so') FROM scoring.doctor() WHERE object = 'bank.applicant' AND severity = 'error' AND finding LIKE '%publication leaking%';
