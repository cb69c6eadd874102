-- Holds the rules that keep the schema safe and distributable. Any row is a fault; none is right.
--
-- It runs on plain PostgreSQL 15, as it is: psql -f db/lint/distributable.sql, or as one statement
-- without parameters. Every schema of the database is looked at but queue and reporting, whose tables
-- are not tenant data by design. Reference tables (ref, and six named below) and the two tables of claims
-- are exempt from the tenant rule.
with serving_roles as (
    select oid from pg_roles where rolname in ('heddle_app', 'heddle_engine', 'heddle_report')
), house as (
    select c.oid, c.relkind, c.relrowsecurity, c.relforcerowsecurity, format('%s.%s', n.nspname, c.relname) as name,
           n.nspname = 'ref'
               or format('%s.%s', n.nspname, c.relname)
                  in ('core.tenants', 'core.migrations', 'core.snapshot_versions', 'auth.permissions',
                      'routing.edges', 'core.archives') as is_reference,
           format('%s.%s', n.nspname, c.relname)
               in ('core.global_claims', 'core.network_claims') as has_own_key,
           c.relispartition,
           (select a.attnum from pg_attribute a
             where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as tenant
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm')
       and n.nspname not in ('queue', 'reporting', 'information_schema')
       and n.nspname not like 'pg\_%'
), tables as (
    select * from house where relkind in ('r', 'p') and not relispartition
), foreign_keys as (
    select t.name, t.tenant, t.is_reference, k.conname, k.conkey, k.confkey, k.confdeltype, k.confupdtype,
           target.tenant as target_tenant, target.is_reference as target_is_reference
      from tables t
      join pg_constraint k on k.conrelid = t.oid and k.contype = 'f' and k.conparentid = 0
      join tables target on target.oid = k.confrelid
), policies as (
    select t.name, p.polname, p.polcmd, p.polpermissive, p.polroles,
           coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, '') as expression
      from tables t
      join pg_policy p on p.polrelid = t.oid
)
select 'no tenant_id' as problem, name, null as object
  from tables where tenant is null and not is_reference and not has_own_key
union all
select 'no primary key', name, null
  from tables t where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)
union all
select 'unique index lacks tenant_id', t.name, i.indexrelid::regclass::text
  from tables t join pg_index i on i.indrelid = t.oid
 where (i.indisunique or i.indisexclusion) and not t.is_reference and not t.has_own_key
   and not (t.tenant = any (i.indkey::int2[]))
union all
select 'foreign key lacks tenant_id on both sides', name, conname
  from foreign_keys k
 where not is_reference and not target_is_reference
   and not exists (select from generate_subscripts(k.conkey, 1) g
                    where k.conkey[g] = k.tenant and k.confkey[g] = k.target_tenant)
union all
select 'reference table has a foreign key to a distributed table', name, conname
  from foreign_keys where is_reference and not target_is_reference
union all
select 'foreign key acts by SET NULL, SET DEFAULT or ON UPDATE', name, conname
  from foreign_keys where confdeltype in ('n', 'd') or confupdtype in ('c', 'n', 'd')
union all
select 'foreign key has no index', t.name, k.conname
  from tables t
  join pg_constraint k on k.conrelid = t.oid and k.contype = 'f' and k.conparentid = 0
  left join pg_attribute a on a.attrelid = t.oid and a.attname = 'account_id' and cardinality(k.conkey) > 2
 where not exists (select from pg_index i
                    -- the account follows from the row: it may stand behind a time, or not at all
                    cross join (values (k.conkey), (array_remove(k.conkey, a.attnum))) as c (columns)
                    where i.indrelid = t.oid and i.indpred is null
                      and c.columns <@ i.indkey::int2[]
                      and (i.indkey::int2[])[0:cardinality(c.columns) - 1] <@ c.columns)
union all
select 'restrictive policy (Citus makes it permissive: a leak)', name, polname
  from policies where not polpermissive
union all
select 'more than one policy per command', name, count(*)::text
  from policies where polname <> 'serving_roles_see_all_rows' group by name, polcmd having count(*) > 1
union all
select 'policy shows all rows to a role that one tenant is for', name, polname
  from policies p
 where p.polname = 'serving_roles_see_all_rows'
   and (0 = any (p.polroles)
        or exists (select from serving_roles r join pg_roles a on a.oid = r.oid
                    where a.rolname <> 'heddle_engine' and r.oid = any (p.polroles)))
union all
select 'policy has a subquery', name, polname
  from policies where expression like '%SUBLINK%'
union all
select 'tenant table without forced row security', name, null
  from tables where not is_reference and not has_own_key and not (relrowsecurity and relforcerowsecurity)
union all
select 'tenant table without a policy', t.name, null
  from tables t
 where not t.is_reference and not t.has_own_key
   and not exists (select from policies p where p.name = t.name)
union all
select 'identity or int4 serial column', t.name, a.attname
  from tables t
  join pg_attribute a on a.attrelid = t.oid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attidentity <> ''
    or (a.atttypid in ('int4'::regtype, 'int2'::regtype) and pg_get_expr(d.adbin, d.adrelid) like 'nextval%')
union all
select distinct 'partition granted to a serving role', h.name, g.grantee::regrole::text
  from house h
  join pg_class c on c.oid = h.oid
 cross join aclexplode(c.relacl) g
  join serving_roles r on r.oid = g.grantee
 where h.relispartition
union all
select 'partition without row security', name, null
  from house where relispartition and relkind in ('r', 'p') and not relrowsecurity
union all
select 'materialized view (on one node, without row security)', name, null
  from house where relkind = 'm'
 order by 1, 2, 3;
