-- Extensions that the model stands on. All three are trusted, so no superuser is needed, and
-- they live in public, where a managed server may have put them before us.
--
-- pgcrypto hashes passwords with bcrypt; btree_gist lets an exclusion constraint compare uuids
-- beside time ranges; uuid-ossp makes unguessable (v4) and derived (v5) ids.

create extension if not exists pgcrypto with schema public;
create extension if not exists btree_gist with schema public;
create extension if not exists "uuid-ossp" with schema public;
