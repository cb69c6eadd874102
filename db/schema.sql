-- Made by `make schema` from db/migrations; do not edit.
-- PostgreSQL database dump



SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

-- Name: accounts; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA accounts;

-- Name: SCHEMA accounts; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA accounts IS 'Customers, their contacts and how they hang together.';

-- Name: audit; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA audit;

-- Name: SCHEMA audit; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA audit IS 'Who changed what.';

-- Name: auth; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA auth;

-- Name: SCHEMA auth; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA auth IS 'Users, roles, permissions and API keys.';

-- Name: billing; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA billing;

-- Name: SCHEMA billing; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA billing IS 'Plans and prices, balances, holds and the ledger.';

-- Name: cdr; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA cdr;

-- Name: SCHEMA cdr; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA cdr IS 'Call detail records, raw and enriched.';

-- Name: core; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA core;

-- Name: SCHEMA core; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA core IS 'Tenancy, ids, claims, context and the rules every table shares.';

-- Name: numbers; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA numbers;

-- Name: SCHEMA numbers; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA numbers IS 'Telephone numbers and whom they are assigned to.';

-- Name: ref; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA ref;

-- Name: SCHEMA ref; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA ref IS 'Reference data, the same for all tenants.';

-- Name: routing; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA routing;

-- Name: SCHEMA routing; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA routing IS 'Trunks, carriers, decks and the decision made for each call.';

-- Name: vendor_mgmt; Type: SCHEMA; Schema: -; Owner: -

CREATE SCHEMA vendor_mgmt;

-- Name: SCHEMA vendor_mgmt; Type: COMMENT; Schema: -; Owner: -

COMMENT ON SCHEMA vendor_mgmt IS 'Suppliers: who they are and on what terms.';

-- Name: btree_gist; Type: EXTENSION; Schema: -; Owner: -

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

-- Name: EXTENSION btree_gist; Type: COMMENT; Schema: -; Owner: -

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

-- Name: pgcrypto; Type: EXTENSION; Schema: -; Owner: -

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;

-- Name: EXTENSION pgcrypto; Type: COMMENT; Schema: -; Owner: -

COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';

-- Name: uuid-ossp; Type: EXTENSION; Schema: -; Owner: -

CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;

-- Name: EXTENSION "uuid-ossp"; Type: COMMENT; Schema: -; Owner: -

COMMENT ON EXTENSION "uuid-ossp" IS 'generate universally unique identifiers (UUIDs)';

-- Name: account_kind; Type: DOMAIN; Schema: accounts; Owner: -

CREATE DOMAIN accounts.account_kind AS text
	CONSTRAINT account_kind_is_known CHECK ((VALUE = ANY (ARRAY['customer'::text, 'reseller'::text])));

-- Name: DOMAIN account_kind; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON DOMAIN accounts.account_kind IS 'customer: uses the service; reseller: has customers of its own below it.';

-- Name: account_status; Type: DOMAIN; Schema: accounts; Owner: -

CREATE DOMAIN accounts.account_status AS text
	CONSTRAINT account_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])));

-- Name: DOMAIN account_status; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON DOMAIN accounts.account_status IS 'active calls; suspended may only call emergency codes; closed is kept for its history.';

-- Name: billing_mode; Type: DOMAIN; Schema: accounts; Owner: -

CREATE DOMAIN accounts.billing_mode AS text
	CONSTRAINT billing_mode_is_known CHECK ((VALUE = ANY (ARRAY['prepaid'::text, 'postpaid'::text])));

-- Name: DOMAIN billing_mode; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON DOMAIN accounts.billing_mode IS 'prepaid: pays before; postpaid: is invoiced. Either way calls stop at balance plus credit limit.';

-- Name: contact_kind; Type: DOMAIN; Schema: accounts; Owner: -

CREATE DOMAIN accounts.contact_kind AS text
	CONSTRAINT contact_kind_is_known CHECK ((VALUE = ANY (ARRAY['general'::text, 'billing'::text, 'technical'::text, 'abuse'::text])));

-- Name: DOMAIN contact_kind; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON DOMAIN accounts.contact_kind IS 'What a contact is to be asked about.';

-- Name: action; Type: DOMAIN; Schema: audit; Owner: -

CREATE DOMAIN audit.action AS text
	CONSTRAINT audit_action_is_known CHECK ((VALUE = ANY (ARRAY['insert'::text, 'update'::text, 'delete'::text, 'login'::text, 'export'::text])));

-- Name: DOMAIN action; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON DOMAIN audit.action IS 'What was done: a row changed, someone logged in, or data left the house.';

-- Name: user_status; Type: DOMAIN; Schema: auth; Owner: -

CREATE DOMAIN auth.user_status AS text
	CONSTRAINT user_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'invited'::text, 'disabled'::text])));

-- Name: DOMAIN user_status; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON DOMAIN auth.user_status IS 'active may log in; invited has yet to choose a password; disabled may not.';

-- Name: counter_account; Type: DOMAIN; Schema: billing; Owner: -

CREATE DOMAIN billing.counter_account AS text
	CONSTRAINT counter_account_is_known CHECK ((VALUE = ANY (ARRAY['voice_revenue'::text, 'payments'::text, 'adjustments'::text])));

-- Name: DOMAIN counter_account; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON DOMAIN billing.counter_account IS 'The other side of money that enters or leaves an account.';

-- Name: hold_state; Type: DOMAIN; Schema: billing; Owner: -

CREATE DOMAIN billing.hold_state AS text
	CONSTRAINT hold_state_is_known CHECK ((VALUE = ANY (ARRAY['open'::text, 'settled'::text, 'released'::text, 'superseded'::text])));

-- Name: DOMAIN hold_state; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON DOMAIN billing.hold_state IS 'open, then settled (a call''s debit took its place) or released (given back); a released hold whose call was posted after all is superseded.';

-- Name: ledger_source; Type: DOMAIN; Schema: billing; Owner: -

CREATE DOMAIN billing.ledger_source AS text
	CONSTRAINT ledger_source_is_known CHECK ((VALUE = ANY (ARRAY['hold'::text, 'hold_release'::text, 'cdr'::text, 'payment'::text, 'adjustment'::text])));

-- Name: DOMAIN ledger_source; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON DOMAIN billing.ledger_source IS 'What a posting comes from; its id is in source_id.';

-- Name: plan_status; Type: DOMAIN; Schema: billing; Owner: -

CREATE DOMAIN billing.plan_status AS text
	CONSTRAINT plan_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'retired'::text])));

-- Name: DOMAIN plan_status; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON DOMAIN billing.plan_status IS 'active; retired is kept for the accounts that have it and given to no more.';

-- Name: rounding; Type: DOMAIN; Schema: billing; Owner: -

CREATE DOMAIN billing.rounding AS text
	CONSTRAINT rounding_is_known CHECK ((VALUE = 'half_away_from_zero_8'::text));

-- Name: DOMAIN rounding; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON DOMAIN billing.rounding IS 'How the amount of a call is rounded: once, to so many decimals. half_away_from_zero_8: to 0.00000001.';

-- Name: disposition; Type: DOMAIN; Schema: cdr; Owner: -

CREATE DOMAIN cdr.disposition AS text
	CONSTRAINT disposition_is_known CHECK ((VALUE = ANY (ARRAY['answered'::text, 'busy'::text, 'no_answer'::text, 'cancelled'::text, 'failed'::text, 'refused'::text, 'lost'::text])));

-- Name: DOMAIN disposition; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON DOMAIN cdr.disposition IS 'answered; busy; no_answer: it rang out; cancelled: the caller gave up; failed: no carrier took it; refused: by us; lost: the edge was killed with the call in it, and nothing is charged.';

-- Name: amount; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.amount AS numeric(18,8)
	CONSTRAINT amount_is_a_number CHECK ((VALUE <> 'NaN'::numeric));

-- Name: DOMAIN amount; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.amount IS 'An amount of money, with eight decimals, in the currency of its row.';

-- Name: call_direction; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.call_direction AS text
	CONSTRAINT call_direction_is_known CHECK ((VALUE = ANY (ARRAY['outbound'::text, 'inbound'::text, 'emergency'::text, 'unknown'::text])));

-- Name: DOMAIN call_direction; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.call_direction IS 'outbound: customer to carrier; inbound: carrier to a DID; emergency: to an emergency code; unknown: none of these.';

-- Name: context_scope; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.context_scope AS text
	CONSTRAINT context_scope_is_known CHECK ((VALUE = ANY (ARRAY['tenant'::text, 'account'::text])));

-- Name: DOMAIN context_scope; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.context_scope IS 'tenant: staff, all accounts; account: only the accounts named in the context.';

-- Name: currency; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.currency AS text
	CONSTRAINT currency_is_iso_4217 CHECK ((VALUE ~ '^[A-Z]{3}$'::text));

-- Name: DOMAIN currency; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.currency IS 'An ISO 4217 currency code.';

-- Name: dial_prefix; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.dial_prefix AS text
	CONSTRAINT prefix_is_digits CHECK ((VALUE ~ '^[0-9]{1,15}$'::text));

-- Name: DOMAIN dial_prefix; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.dial_prefix IS 'The leading digits of an E.164 number, without the +.';

-- Name: e164; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.e164 AS character varying(32)
	CONSTRAINT number_is_e164 CHECK (((VALUE)::text ~ '^\+[1-9][0-9]{1,14}$'::text));

-- Name: DOMAIN e164; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.e164 IS 'A telephone number as + and up to 15 digits (ITU-T E.164).';

-- Name: increment_s; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.increment_s AS integer
	CONSTRAINT increment_between_one_second_and_an_hour CHECK (((VALUE >= 1) AND (VALUE <= 3600)));

-- Name: DOMAIN increment_s; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.increment_s IS 'A billing increment in seconds.';

-- Name: jurisdiction; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.jurisdiction AS text
	CONSTRAINT jurisdiction_is_known CHECK ((VALUE = ANY (ARRAY['interstate'::text, 'intrastate'::text, 'local'::text, 'indeterminate'::text, 'international'::text, 'toll_free'::text])));

-- Name: DOMAIN jurisdiction; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.jurisdiction IS 'How a call is priced: by comparing the states of its two ends, or by its destination alone.';

-- Name: port; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.port AS integer
	CONSTRAINT port_is_between_1_and_65535 CHECK (((VALUE >= 1) AND (VALUE <= 65535)));

-- Name: DOMAIN port; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.port IS 'A UDP or TCP port.';

-- Name: positive_amount; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.positive_amount AS numeric(18,8)
	CONSTRAINT amount_above_zero CHECK (((VALUE > (0)::numeric) AND (VALUE <> 'NaN'::numeric)));

-- Name: DOMAIN positive_amount; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.positive_amount IS 'An amount of money above zero.';

-- Name: DOMAIN rate; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.rate IS 'A price per minute, or a fee, in the currency of its plan or deck; so bounded that the price of a month''s call fits an amount.';

-- Name: secret_ref; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.secret_ref AS text
	CONSTRAINT secret_is_a_reference CHECK ((VALUE ~ '^(env|file|gcp-sm):.+'::text));

-- Name: DOMAIN secret_ref; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.secret_ref IS 'Where a secret is kept, never the secret: env:NAME, file:PATH or gcp-sm:projects/….';

-- Name: sip_code; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.sip_code AS integer
	CONSTRAINT sip_code_is_final CHECK (((VALUE >= 200) AND (VALUE <= 699)));

-- Name: DOMAIN sip_code; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.sip_code IS 'A final SIP status code.';

-- Name: tenant_status; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.tenant_status AS text
	CONSTRAINT tenant_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])));

-- Name: DOMAIN tenant_status; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.tenant_status IS 'active serves; suspended refuses charged calls; closed waits for its purge.';

-- Name: transport; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.transport AS text
	CONSTRAINT transport_is_known CHECK ((VALUE = ANY (ARRAY['udp'::text, 'tcp'::text, 'tls'::text])));

-- Name: DOMAIN transport; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.transport IS 'A SIP transport.';

-- Name: unsigned_amount; Type: DOMAIN; Schema: core; Owner: -

CREATE DOMAIN core.unsigned_amount AS numeric(18,8)
	CONSTRAINT amount_not_below_zero CHECK (((VALUE >= (0)::numeric) AND (VALUE <> 'NaN'::numeric)));

-- Name: DOMAIN unsigned_amount; Type: COMMENT; Schema: core; Owner: -

COMMENT ON DOMAIN core.unsigned_amount IS 'An amount of money that cannot be negative.';

-- Name: did_status; Type: DOMAIN; Schema: numbers; Owner: -

CREATE DOMAIN numbers.did_status AS text
	CONSTRAINT did_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'suspended'::text])));

-- Name: DOMAIN did_status; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON DOMAIN numbers.did_status IS 'active takes calls; suspended takes none.';

-- Name: inventory_status; Type: DOMAIN; Schema: numbers; Owner: -

CREATE DOMAIN numbers.inventory_status AS text
	CONSTRAINT inventory_status_is_known CHECK ((VALUE = ANY (ARRAY['available'::text, 'reserved'::text, 'assigned'::text, 'quarantined'::text])));

-- Name: DOMAIN inventory_status; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON DOMAIN numbers.inventory_status IS 'available; reserved for a customer; assigned as a DID; quarantined after its release.';

-- Name: number_kind; Type: DOMAIN; Schema: numbers; Owner: -

CREATE DOMAIN numbers.number_kind AS text
	CONSTRAINT number_kind_is_known CHECK ((VALUE = ANY (ARRAY['local'::text, 'toll_free'::text, 'mobile'::text, 'national'::text])));

-- Name: DOMAIN number_kind; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON DOMAIN numbers.number_kind IS 'What kind of number it is.';

-- Name: emergency_kind; Type: DOMAIN; Schema: ref; Owner: -

CREATE DOMAIN ref.emergency_kind AS text
	CONSTRAINT emergency_kind_is_known CHECK ((VALUE = ANY (ARRAY['emergency'::text, 'test'::text, 'crisis'::text, 'relay'::text])));

-- Name: DOMAIN emergency_kind; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON DOMAIN ref.emergency_kind IS 'emergency: reaches an answering point; test: reads back the registered address; crisis: crisis line; relay: telecommunications relay for deaf and speech-impaired callers.';

-- Name: caller_id_policy; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.caller_id_policy AS text
	CONSTRAINT caller_id_policy_is_known CHECK ((VALUE = ANY (ARRAY['any'::text, 'listed'::text, 'fixed'::text])));

-- Name: DOMAIN caller_id_policy; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.caller_id_policy IS 'any: the caller''s word is passed; listed: it must be an allowed number or a DID of the account, else the default is shown, or the call refused when there is none; fixed: the default is always shown.';

-- Name: carrier_status; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.carrier_status AS text
	CONSTRAINT carrier_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'suspended'::text])));

-- Name: DOMAIN carrier_status; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.carrier_status IS 'active carries calls; suspended carries none.';

-- Name: deck_status; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.deck_status AS text
	CONSTRAINT deck_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'suspended'::text])));

-- Name: DOMAIN deck_status; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.deck_status IS 'active is used; suspended is as if it were not there.';

-- Name: header_rules; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.header_rules AS jsonb
	CONSTRAINT header_rules_are_a_list CHECK ((jsonb_typeof(VALUE) = 'array'::text))
	CONSTRAINT header_rules_are_at_most_sixteen CHECK ((jsonb_array_length(VALUE) <= 16))
	CONSTRAINT header_rules_have_action_header_and_a_value_of_one_line CHECK ((jsonb_array_length(VALUE) = jsonb_array_length(jsonb_path_query_array(VALUE, 'strict $[*]?(@."header" like_regex "^[A-Za-z][A-Za-z0-9-]{1,63}$" && (@."action" == "remove" && (exists (@."value")) is unknown || @."action" == "add" && @."value" like_regex "^[!-~]([ -~]{0,254}[!-~])?$"))'::jsonpath))))
	CONSTRAINT header_rules_have_no_header_that_calls_stand_on CHECK ((NOT jsonb_path_exists(VALUE, 'strict $[*]."header"?(@ like_regex "^(via|(record-)?route|path|service-route|contact|from|to|call-id|cseq|max-(forwards|breadth)|r(ack|seq)|content-.*|mime-version|(proxy-)?(require|authenticate|authorization|authentication-info)|www-authenticate|p-(asserted|preferred)-identity|remote-party-id|privacy|x-heddle-.*)$" flag "i")'::jsonpath)));

-- Name: DOMAIN header_rules; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.header_rules IS 'Header changes in calls that are sent to a trunk: [{"action": "add", "header": "X-Plan", "value": "gold"}, {"action": "remove", "header": "User-Agent"}]. What was received is removed first, then the new is added. A name has 2 to 64 letters, digits and hyphens, a value 1 to 256 printing ASCII characters. Refused: Via, Route, Record-Route, Path, Service-Route, Contact, From, To, Call-ID, CSeq, Max-Forwards, Max-Breadth, RAck, RSeq, Content-*, MIME-Version, Require, Proxy-Require, everything of authentication, P-Asserted-Identity, P-Preferred-Identity, Remote-Party-ID, Privacy, X-Heddle-*.';

-- Name: identity_header; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.identity_header AS text
	CONSTRAINT identity_header_is_known CHECK ((VALUE = ANY (ARRAY['p_asserted_identity'::text, 'remote_party_id'::text, 'none'::text])));

-- Name: DOMAIN identity_header; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.identity_header IS 'What vouches for the caller''s number: p_asserted_identity (RFC 3325), remote_party_id for old equipment, or none.';

-- Name: indeterminate_policy; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.indeterminate_policy AS text
	CONSTRAINT indeterminate_policy_is_known CHECK ((VALUE = ANY (ARRAY['own'::text, 'intrastate'::text, 'highest'::text, 'interstate'::text])));

-- Name: DOMAIN indeterminate_policy; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.indeterminate_policy IS 'What a carrier charges when a state is unknown: own: the deck''s indeterminate price, else the higher one; intrastate; highest of the two; interstate.';

-- Name: number_format; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.number_format AS text
	CONSTRAINT number_format_is_known CHECK ((VALUE = ANY (ARRAY['plus_e164'::text, 'e164'::text, 'national'::text])));

-- Name: DOMAIN number_format; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.number_format IS 'How numbers are written to a peer: plus_e164 +12125550100, e164 12125550100, national 2125550100.';

-- Name: request_state; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.request_state AS text
	CONSTRAINT request_state_is_known CHECK ((VALUE = ANY (ARRAY['open'::text, 'refused'::text, 'finished'::text, 'lost'::text])));

-- Name: DOMAIN request_state; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.request_state IS 'open: routes were given, the CDR is awaited; refused: no route was given; finished: the CDR is in; lost: no CDR came from the edge, so that one was made and the hold released (one that comes after all makes it finished).';

-- Name: trunk_status; Type: DOMAIN; Schema: routing; Owner: -

CREATE DOMAIN routing.trunk_status AS text
	CONSTRAINT trunk_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])));

-- Name: DOMAIN trunk_status; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON DOMAIN routing.trunk_status IS 'active calls; suspended may only call emergency codes; closed is unknown.';

-- Name: vendor_status; Type: DOMAIN; Schema: vendor_mgmt; Owner: -

CREATE DOMAIN vendor_mgmt.vendor_status AS text
	CONSTRAINT vendor_status_is_known CHECK ((VALUE = ANY (ARRAY['active'::text, 'suspended'::text, 'ended'::text])));

-- Name: DOMAIN vendor_status; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON DOMAIN vendor_mgmt.vendor_status IS 'active, suspended (in dispute, say) or ended.';

-- Name: keep_hierarchy(); Type: FUNCTION; Schema: accounts; Owner: -

CREATE FUNCTION accounts.keep_hierarchy() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if tg_op = 'UPDATE' and new.parent_account_id is not distinct from old.parent_account_id then
        return null;
    end if;
    -- Two that change the tree at once would each miss the links of the other: they take turns.
    perform from core.tenants t where t.id = new.tenant_id for no key update;

    if tg_op = 'INSERT' then
        insert into accounts.account_hierarchy (tenant_id, ancestor_account_id, descendant_account_id, depth)
        select new.tenant_id, new.id, new.id, 0
         union all
        select new.tenant_id, new.id, below.descendant_account_id, below.depth + 1
          from accounts.accounts child
          join accounts.account_hierarchy below
            on below.tenant_id = new.tenant_id and below.ancestor_account_id = child.id
         where child.tenant_id = new.tenant_id and child.parent_account_id = new.id;
    end if;

    if exists (select from accounts.account_hierarchy h
                where h.tenant_id = new.tenant_id and h.ancestor_account_id = new.id
                  and h.descendant_account_id = new.parent_account_id) then
        raise exception 'account % would hang below itself', new.ban
            using errcode = 'check_violation', constraint = 'account_is_not_its_own_ancestor';
    end if;

    if tg_op = 'UPDATE' then
        delete from accounts.account_hierarchy h
         using accounts.account_hierarchy below, accounts.account_hierarchy above
         where below.tenant_id = new.tenant_id and below.ancestor_account_id = new.id
           and above.tenant_id = new.tenant_id and above.descendant_account_id = new.id and above.depth > 0
           and h.tenant_id = new.tenant_id
           and h.ancestor_account_id = above.ancestor_account_id
           and h.descendant_account_id = below.descendant_account_id;
    end if;

    insert into accounts.account_hierarchy (tenant_id, ancestor_account_id, descendant_account_id, depth)
    select new.tenant_id, above.ancestor_account_id, below.descendant_account_id, above.depth + below.depth + 1
      from accounts.account_hierarchy above
      join accounts.account_hierarchy below
        on below.tenant_id = new.tenant_id and below.ancestor_account_id = new.id
     where above.tenant_id = new.tenant_id and above.descendant_account_id = new.parent_account_id;
    return null;
end $$;

-- Name: FUNCTION keep_hierarchy(); Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON FUNCTION accounts.keep_hierarchy() IS 'Trigger: keeps account_hierarchy the closure of parent_account_id, and refuses a circle.';

-- Name: adjust(uuid, uuid, uuid, numeric, text); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.adjust(p_tenant uuid, p_account uuid, p_adjustment_id uuid, p_amount numeric, p_memo text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if (round(p_amount, 8) <> 0) is not true then
        raise exception 'an adjustment is not zero'
            using errcode = 'check_violation', constraint = 'adjustment_not_zero';
    end if;
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = p_account for no key update;
    if not found then
        raise exception 'no such account' using errcode = 'foreign_key_violation';
    end if;
    return billing.post(p_tenant, p_account, 'adjustment', p_adjustment_id, round(p_amount, 8), 0,
                        'adjustments', p_memo);
end $$;

-- Name: FUNCTION adjust(p_tenant uuid, p_account uuid, p_adjustment_id uuid, p_amount numeric, p_memo text); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.adjust(p_tenant uuid, p_account uuid, p_adjustment_id uuid, p_amount numeric, p_memo text) IS 'Posts a correction made by staff, for or against the account, never below its credit limit. False when that adjustment was posted before.';

-- Name: check_ledger(uuid); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.check_ledger(p_tenant uuid) RETURNS TABLE(account_id uuid, bucket text, balance numeric, ledger numeric)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with balances as (
        select b.account_id, b.available, b.pending, b.held
          from billing.account_balance b where b.tenant_id = p_tenant
    ), sums as (
        select l.account_id, sum(l.available) as available, sum(l.pending) as pending, sum(l.held) as held
          from billing.ledger l where l.tenant_id = p_tenant group by l.account_id
    ), open_holds as (
        select h.account_id, sum(h.amount) as amount
          from billing.holds h where h.tenant_id = p_tenant and h.state = 'open' group by h.account_id
    )
    select account_id, compared.bucket, compared.balance, compared.ledger
      from balances b
      full join sums s using (account_id)
      full join open_holds o using (account_id)
     cross join lateral (values ('available', coalesce(b.available, 0), coalesce(s.available, 0)),
                                ('pending', coalesce(b.pending, 0), coalesce(s.pending, 0)),
                                ('held', coalesce(b.held, 0), coalesce(s.held, 0)),
                                ('open_holds', coalesce(b.held, 0), coalesce(o.amount, 0)))
           as compared (bucket, balance, ledger)
     where compared.balance <> compared.ledger
$$;

-- Name: FUNCTION check_ledger(p_tenant uuid); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.check_ledger(p_tenant uuid) IS 'Proves the balances of a tenant: returns each bucket that differs from the sum of its ledger, or of its open holds. No rows is the right answer.';

-- Name: keep_currency(); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.keep_currency() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'the currency of account % cannot change', new.ban
        using errcode = 'check_violation', constraint = 'account_keeps_its_currency',
              hint = 'Another currency is another account.';
end $$;

-- Name: FUNCTION keep_currency(); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.keep_currency() IS 'Trigger: an account keeps the currency that its balance was opened in.';

-- Name: open_balance(); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.open_balance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    insert into billing.account_balance (tenant_id, account_id, currency)
    values (new.tenant_id, new.id, new.currency);
    return null;
end $$;

-- Name: FUNCTION open_balance(); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.open_balance() IS 'Trigger: gives a new account its balance, in its currency.';

-- Name: place_hold(uuid, uuid, uuid, numeric, numeric); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.place_hold(p_tenant uuid, p_account uuid, p_routing_id uuid, p_wanted numeric, p_minimum numeric) RETURNS numeric
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select h.amount
      from billing.place_holds(p_tenant, array[p_account], array[p_routing_id], array[p_wanted], array[p_minimum]) h
$$;

-- Name: FUNCTION place_hold(p_tenant uuid, p_account uuid, p_routing_id uuid, p_wanted numeric, p_minimum numeric); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.place_hold(p_tenant uuid, p_account uuid, p_routing_id uuid, p_wanted numeric, p_minimum numeric) IS 'billing.place_holds() for one call: the amount held, or NULL when there is not enough.';

-- Name: place_holds(uuid, uuid[], uuid[], numeric[], numeric[]); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.place_holds(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[], p_minimum numeric[]) RETURNS TABLE(routing_id uuid, amount numeric)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_call    record;
    v_account uuid;
    v_left    numeric;
    v_ids     uuid[];
    v_amounts numeric[];
begin
    -- least() passes over a NULL, and NaN counts as the most: either would grant all that is left.
    if cardinality(p_accounts) is distinct from cardinality(p_routing_ids)
        or cardinality(p_wanted) is distinct from cardinality(p_routing_ids)
        or cardinality(p_minimum) is distinct from cardinality(p_routing_ids)
        or exists (select from unnest(p_wanted, p_minimum) as c (wanted, minimum)
                    where (c.wanted between 0 and 9999999999 and c.minimum >= 0) is not true)
        or (select count(distinct id) from unnest(p_routing_ids) id) <> cardinality(p_routing_ids) then
        raise exception 'place_holds wants lists of one length, each routing id once, and for each call an amount '
                        'and a minimum, neither below zero'
            using errcode = 'invalid_parameter_value';
    end if;

    -- From here on what is left of these accounts changes by this call alone, so that it is read once
    -- and counted down: call by call, in the order that they were named in.
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = any (p_accounts)
      order by b.account_id for no key update;
    for v_call in
        select c.account_id, c.routing_id, round(c.wanted, 8) as wanted, c.minimum,
               b.available + b.credit_limit as available, h.id is not null as is_repeat,
               case when h.state = 'open' and h.account_id = c.account_id then h.amount end as held
          from unnest(p_accounts, p_routing_ids, p_wanted, p_minimum)
               with ordinality as c (account_id, routing_id, wanted, minimum, turn)
          left join billing.account_balance b on b.tenant_id = p_tenant and b.account_id = c.account_id
          left join billing.holds h on h.tenant_id = p_tenant and h.id = c.routing_id
         order by c.account_id, c.turn
    loop
        if v_call.account_id is distinct from v_account then
            v_account := v_call.account_id;
            v_left := v_call.available;
        end if;
        routing_id := v_call.routing_id;
        if v_call.wanted = 0 then
            amount := 0;
        elsif v_call.is_repeat then
            amount := v_call.held;   -- what was granted then still stands while the hold is open
        else
            amount := least(v_call.wanted, v_left);
            if (v_left > 0 and amount >= v_call.minimum) is not true then
                amount := null;
            else
                v_left := v_left - amount;
                v_ids := v_ids || routing_id;
                v_amounts := v_amounts || amount;
            end if;
        end if;
        return next;
    end loop;
    if v_ids is null then
        return;
    end if;

    with granted as (
        select g.routing_id, c.account_id, g.amount
          from unnest(v_ids, v_amounts) as g (routing_id, amount)
          join unnest(p_routing_ids, p_accounts) as c (routing_id, account_id) using (routing_id)
    ), held as (
        insert into billing.holds (tenant_id, id, account_id, amount)
        select p_tenant, g.routing_id, g.account_id, g.amount from granted g
    ), posted as (
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency, available, held)
        select p_tenant, g.account_id, 'hold', g.routing_id, b.currency, -g.amount, g.amount
          from granted g
          join billing.account_balance b on b.tenant_id = p_tenant and b.account_id = g.account_id
    ), sums as (
        select g.account_id, sum(g.amount) as amount from granted g group by g.account_id
    )
    update billing.account_balance b
       set available = b.available - s.amount,
           held = b.held + s.amount,
           overdrawn = least(b.overdrawn, greatest(0, -(b.available - s.amount + b.credit_limit)))
      from sums s
     where b.tenant_id = p_tenant and b.account_id = s.account_id;
end $$;

-- Name: FUNCTION place_holds(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[], p_minimum numeric[]); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.place_holds(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[], p_minimum numeric[]) IS 'Keeps back money for calls, for each what is wanted, or what is left down to the credit limit, but at least the minimum; in the order of the lists, so that what one call takes the next one finds gone. Returns for each routing id the amount held, or NULL when there is not enough (nothing has changed for that call). A call that wants 0 holds nothing. Repeated with the same routing id it returns the open hold, or NULL once that has ended.';

-- Name: post(uuid, uuid, text, uuid, numeric, numeric, text, text); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.post(p_tenant uuid, p_account uuid, p_source text, p_source_id uuid, p_available numeric, p_held numeric, p_counter_account text, p_memo text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_counter constant numeric := -(p_available + p_held);
begin
    with posted as (
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency,
                                    available, held, counter, counter_account, memo)
        select p_tenant, p_account, p_source, p_source_id, b.currency,
               p_available, p_held, v_counter, p_counter_account, coalesce(p_memo, '')
          from billing.account_balance b
         where b.tenant_id = p_tenant and b.account_id = p_account
        on conflict (tenant_id, source, source_id) do nothing
        returning account_id
    )
    update billing.account_balance b
       set available = b.available + p_available,
           held = b.held + p_held,
           overdrawn = least(b.overdrawn, greatest(0, -(b.available + p_available + b.credit_limit)))
      from posted p
     where b.tenant_id = p_tenant and b.account_id = p.account_id;
    return found;
end $$;

-- Name: FUNCTION post(p_tenant uuid, p_account uuid, p_source text, p_source_id uuid, p_available numeric, p_held numeric, p_counter_account text, p_memo text); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.post(p_tenant uuid, p_account uuid, p_source text, p_source_id uuid, p_available numeric, p_held numeric, p_counter_account text, p_memo text) IS 'Internal: posts one movement to the ledger and the balance. False when its source was posted before.';

-- Name: post_calls(uuid, uuid[], uuid[], uuid[], numeric[]); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.post_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[], p_amounts numeric[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_posted integer;
begin
    if cardinality(p_accounts) is distinct from cardinality(p_cdr_ids)
        or cardinality(p_routing_ids) is distinct from cardinality(p_cdr_ids)
        or cardinality(p_amounts) is distinct from cardinality(p_cdr_ids)
        or exists (select from unnest(p_amounts) a where (a >= 0 and a < 'NaN') is not true) then
        raise exception 'post_calls wants four lists of one length and no negative amount'
            using errcode = 'invalid_parameter_value';
    end if;

    -- From here on no other posting of these accounts runs, so what is not in the ledger now will
    -- not be until this one is.
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = any (p_accounts)
      order by b.account_id for no key update;
    if exists (select from unnest(p_accounts) as named (account_id)
                where not exists (select from billing.account_balance b
                                   where b.tenant_id = p_tenant and b.account_id = named.account_id)) then
        raise exception 'post_calls names an account without a balance' using errcode = 'foreign_key_violation';
    end if;

    with calls as (    -- a call that is named twice counts once
        select distinct on (c.cdr_id) c.cdr_id, c.account_id, c.routing_id, round(c.amount, 8) as amount
          from unnest(p_cdr_ids, p_accounts, p_routing_ids, p_amounts) as c (cdr_id, account_id, routing_id, amount)
         order by c.cdr_id
    ), fresh as (      -- not posted yet; where two calls name one hold, it pays for the first
        select c.*, row_number() over (partition by c.routing_id order by c.cdr_id) as turn
          from calls c
         where not exists (select from billing.ledger l
                            where l.tenant_id = p_tenant and l.source = 'cdr' and l.source_id = c.cdr_id)
    ), ended as (      -- an open hold pays; a released one was given back and only learns of its call
        update billing.holds h
           set state = case h.state when 'open' then 'settled' else 'superseded' end,
               ended_at = coalesce(h.ended_at, now()),
               cdr_id = f.cdr_id
          from fresh f
         -- Not plainly equal: the index by account must not be taken for the lookup before there are statistics.
         where h.tenant_id = p_tenant and h.id = f.routing_id and f.turn = 1
           and (h.account_id = f.account_id) is true and h.state in ('open', 'released')
        returning h.cdr_id, case h.state when 'settled' then h.amount else 0 end as amount
    ), posted as (     -- the debit takes the place of the hold
        insert into billing.ledger (tenant_id, account_id, source, source_id, currency,
                                    available, held, counter, counter_account)
        select p_tenant, f.account_id, 'cdr', f.cdr_id, b.currency,
               coalesce(e.amount, 0) - f.amount, -coalesce(e.amount, 0), f.amount, 'voice_revenue'
          from fresh f
          join billing.account_balance b on b.tenant_id = p_tenant and b.account_id = f.account_id
          left join ended e on e.cdr_id = f.cdr_id
         where f.amount > 0 or e.amount > 0
        returning account_id, available, held
    ), sums as (
        select p.account_id, sum(p.available) as available, sum(p.held) as held from posted p group by p.account_id
    ), balanced as (   -- delivered calls are posted whatever is left: the allowance follows
        update billing.account_balance b
           set available = b.available + s.available,
               held = b.held + s.held,
               overdrawn = greatest(0, -(b.available + s.available + b.credit_limit))
          from sums s
         where b.tenant_id = p_tenant and b.account_id = s.account_id
    )
    select count(*) into v_posted from posted;
    return v_posted;
end $$;

-- Name: FUNCTION post_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[], p_amounts numeric[]); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.post_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[], p_amounts numeric[]) IS 'Posts the sell amounts of calls, each exactly once: the debit takes the place of the call''s hold, if there is one. A call that costs nothing and holds nothing needs no posting. Returns how many postings were made; a repeat makes none. Routing ids may be NULL. A call posts even when it costs more than is left.';

-- Name: release_hold(uuid, uuid, text); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.release_hold(p_tenant uuid, p_routing_id uuid, p_reason text) RETURNS numeric
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_account uuid;
    v_amount  numeric;
begin
    -- Read without a lock to learn the account, lock its balance, and only then end the hold.
    select h.account_id into v_account
      from billing.holds h
     where h.tenant_id = p_tenant and h.id = p_routing_id and h.state = 'open';
    if not found then
        return null;
    end if;
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = v_account for no key update;

    update billing.holds h
       set state = 'released', ended_at = now(), release_reason = p_reason
     where h.tenant_id = p_tenant and h.id = p_routing_id and h.state = 'open'
    returning h.amount into v_amount;
    if found then
        perform billing.post(p_tenant, v_account, 'hold_release', p_routing_id, v_amount, -v_amount, null, p_reason);
    end if;
    return v_amount;
end $$;

-- Name: FUNCTION release_hold(p_tenant uuid, p_routing_id uuid, p_reason text); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.release_hold(p_tenant uuid, p_routing_id uuid, p_reason text) IS 'Gives the money of an open hold back. Returns the amount, or NULL when there is no open hold of that routing id.';

-- Name: set_credit_limit(uuid, uuid, numeric); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.set_credit_limit(p_tenant uuid, p_account uuid, p_limit numeric) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    update billing.account_balance b
       set credit_limit = p_limit,
           overdrawn = greatest(0, -(b.available + p_limit))
     where b.tenant_id = p_tenant and b.account_id = p_account;
    if not found then
        raise exception 'no such account' using errcode = 'foreign_key_violation';
    end if;
end $$;

-- Name: FUNCTION set_credit_limit(p_tenant uuid, p_account uuid, p_limit numeric); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.set_credit_limit(p_tenant uuid, p_account uuid, p_limit numeric) IS 'Sets how far below zero an account may go. What it owes already beyond a lowered limit is marked as overdrawn.';

-- Name: top_up(uuid, uuid, uuid, numeric, text); Type: FUNCTION; Schema: billing; Owner: -

CREATE FUNCTION billing.top_up(p_tenant uuid, p_account uuid, p_payment_id uuid, p_amount numeric, p_memo text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if (round(p_amount, 8) > 0) is not true then
        raise exception 'a payment is above zero' using errcode = 'check_violation', constraint = 'payment_above_zero';
    end if;
    perform from billing.account_balance b
      where b.tenant_id = p_tenant and b.account_id = p_account for no key update;
    if not found then
        raise exception 'no such account' using errcode = 'foreign_key_violation';
    end if;
    return billing.post(p_tenant, p_account, 'payment', p_payment_id, round(p_amount, 8), 0, 'payments', p_memo);
end $$;

-- Name: FUNCTION top_up(p_tenant uuid, p_account uuid, p_payment_id uuid, p_amount numeric, p_memo text); Type: COMMENT; Schema: billing; Owner: -

COMMENT ON FUNCTION billing.top_up(p_tenant uuid, p_account uuid, p_payment_id uuid, p_amount numeric, p_memo text) IS 'Posts a payment received. False when that payment was posted before.';

-- Name: create_monthly_partition(date); Type: FUNCTION; Schema: cdr; Owner: -

CREATE FUNCTION cdr.create_monthly_partition(p_month date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date) RETURNS integer
    LANGUAGE sql
    AS $$
    select core.create_monthly_partition('cdr.raw_cdr', p_month)::integer
         + core.create_monthly_partition('cdr.enriched_cdr', p_month)::integer
$$;

-- Name: FUNCTION create_monthly_partition(p_month date); Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON FUNCTION cdr.create_monthly_partition(p_month date) IS 'Makes the partitions of raw and enriched CDRs for the month that a day lies in; returns how many were missing.';

-- Name: adopt_tables(text, regclass[]); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.adopt_tables(p_visible text, VARIADIC p_tables regclass[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    v_table  regclass;
    v_name   name;
    v_tenant constant text := 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
    v_staff  constant text := 'current_setting(''app.account_scope'', true) = ''tenant''';
    v_listed constant text :=
        '%I = any (string_to_array(nullif(current_setting(''app.account_ids'', true), ''''), '','')::uuid[])';
    v_rows   text;
    v_column record;
begin
    v_rows := case p_visible
        when 'tenant'  then format('%s and %s', v_tenant, v_staff)
        when 'account' then format('%s and (%s or %s)', v_tenant, v_staff, format(v_listed, 'account_id'))
        when 'self'    then format('%s and (%s or %s)', v_tenant, v_staff, format(v_listed, 'id'))
    end;
    if v_rows is null then
        raise exception 'core.adopt_tables: rows are visible to tenant, account or self, not %', p_visible;
    end if;

    foreach v_table in array p_tables loop
        select c.relname into v_name from pg_catalog.pg_class c where c.oid = v_table;

        execute format('alter table %s add constraint %I foreign key (tenant_id) references core.tenants (id) '
                       'on delete cascade', v_table, v_name || '_belong_to_tenant');
        execute format('alter table %s enable row level security', v_table);
        execute format('alter table %s force row level security', v_table);
        execute format('create policy tenant_isolation on %s using (%s) with check (%s)', v_table, v_rows, v_rows);
        execute format('create trigger %I before update on %s for each row '
                       'execute function core.update_updated_at_column()', v_name || '_update_updated_at', v_table);

        for v_column in
            select house.name, house.comment
              from (values ('tenant_id', 'The operator that owns the row.'),
                           ('id', 'Identifier, unique within the tenant.'),
                           ('account_id', 'The customer account that the row belongs to.'),
                           ('metadata', 'Anything else worth keeping, as the operator likes.'),
                           ('created_at', 'When the row was made.'),
                           ('updated_at', 'When the row was last changed.')) as house (name, comment)
              join pg_catalog.pg_attribute a on a.attrelid = v_table and a.attname = house.name
             where not a.attisdropped
               and pg_catalog.col_description(v_table, a.attnum) is null
        loop
            execute format('comment on column %s.%I is %L', v_table, v_column.name, v_column.comment);
        end loop;
    end loop;
end $$;

-- Name: FUNCTION adopt_tables(p_visible text, VARIADIC p_tables regclass[]); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.adopt_tables(p_visible text, VARIADIC p_tables regclass[]) IS 'Gives new tables the house rules: the key to their tenant, forced row security with its one policy, updated_at kept, and comments on the columns all tables have. Rows are visible to staff only (tenant), also to the account they name (account), or are accounts themselves (self).';

-- Name: bump_snapshot(text); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.bump_snapshot(p_name text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_version bigint;
begin
    insert into core.snapshot_versions as s (name)
    values (p_name)
    on conflict (name) do update set version = s.version + 1
    returning s.version into v_version;

    perform pg_notify('heddle_snapshot', p_name);
    return v_version;
end $$;

-- Name: FUNCTION bump_snapshot(p_name text); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.bump_snapshot(p_name text) IS 'Raises the version of a snapshot and tells its readers (channel heddle_snapshot) when this transaction commits. Call it last: until then other writers of the same snapshot wait.';

-- Name: claim(uuid, text, text, uuid); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.claim(p_tenant uuid, p_kind text, p_value text, p_entity uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with claimed as (
        insert into core.global_claims (kind, value, tenant_id, entity_id)
        values (p_kind, p_value, p_tenant, p_entity)
        on conflict (kind, value) do nothing
        returning 1)
    select exists (select from claimed)
        or exists (select from core.global_claims c
                    where c.kind = p_kind and c.value = p_value
                      and c.tenant_id = p_tenant and c.entity_id = p_entity)
$$;

-- Name: FUNCTION claim(p_tenant uuid, p_kind text, p_value text, p_entity uuid); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.claim(p_tenant uuid, p_kind text, p_value text, p_entity uuid) IS 'Claims a value of a kind for one row of one tenant, on the whole platform. True when it is (or was already) that row''s, false when it is another''s.';

-- Name: count_strays(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.count_strays() RETURNS TABLE(name text, strays bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    for name in
        select p.partdefid::regclass::text from pg_partitioned_table p
          join pg_class c on c.oid = p.partrelid and not c.relispartition
         where p.partdefid <> 0 order by 1
    loop
        -- Whoever asks wants to know that there are some, and does not wait for millions to be counted.
        execute format('select count(*) from (select from %s limit 10000) s', name) into strays;
        if strays > 0 then
            return next;
        end if;
    end loop;
end $$;

-- Name: FUNCTION count_strays(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.count_strays() IS 'The default partitions that have rows, with how many, counted up to 10000: their times lie outside every month that there is a partition for. No rows is the right answer.';

-- Name: create_monthly_partition(regclass, date); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.create_monthly_partition(p_table regclass, p_month date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_start     constant timestamp := date_trunc('month', p_month::timestamp);
    v_from      constant text := to_char(v_start, 'YYYY-MM-DD') || ' 00:00:00+00';
    v_to        constant text := to_char(v_start + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00';
    v_partition text;
    v_default   regclass;
    v_column    name;
    v_strays    boolean := false;
    v_columns   text;
begin
    -- Two creators of one table take turns; readers and writers are not disturbed yet.
    execute format('lock table only %s in share update exclusive mode', p_table);

    select format('%I.%I', n.nspname, c.relname || to_char(v_start, '"_p"YYYYMM')), nullif(p.partdefid, 0), a.attname
      into v_partition, v_default, v_column
      from pg_partitioned_table p
      join pg_class c on c.oid = p.partrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
     where p.partrelid = p_table and p.partstrat = 'r' and p.partnatts = 1
       and a.atttypid = 'timestamptz'::regtype;
    if not found then
        raise exception '% is not partitioned by time', p_table using errcode = 'wrong_object_type';
    end if;
    if to_regclass(v_partition) is not null then
        return false;
    end if;

    execute format('create table %s (like %s including all)', v_partition, p_table);
    execute format('alter table %s enable row level security', v_partition);

    if v_default is not null then
        execute format('lock table %s in access exclusive mode', v_default);
        execute format('select exists (select from %s where %I >= %L and %I < %L)',
                       v_default, v_column, v_from, v_column, v_to) into v_strays;
    end if;
    if v_strays then
        -- Generated columns make themselves anew. Triggers rest: moving a row does not change it.
        select string_agg(quote_ident(a.attname), ', ') into v_columns
          from pg_attribute a
         where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
        execute format('alter table %s disable trigger user', v_default);
        execute format('with moved as (delete from %s where %I >= %L and %I < %L returning *) '
                       'insert into %s (%s) select %s from moved',
                       v_default, v_column, v_from, v_column, v_to, v_partition, v_columns, v_columns);
        execute format('alter table %s enable trigger user', v_default);
    end if;

    execute format('alter table %s attach partition %s for values from (%L) to (%L)',
                   p_table, v_partition, v_from, v_to);
    return true;
end $$;

-- Name: FUNCTION create_monthly_partition(p_table regclass, p_month date); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.create_monthly_partition(p_table regclass, p_month date) IS 'Makes the partition of a table for the month that a day lies in, and moves rows there that the default partition caught. False when it was there already. Making it, not finding it there, waits for and holds up whoever uses the default partition (a query that names no time does) or writes the tables that the partition has keys to.';

-- Name: create_monthly_partitions(date, integer); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.create_monthly_partitions(p_from date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date, p_months integer DEFAULT 3) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with wanted as (   -- always in the same order, so that two at once wait but never in a circle
        select p.partrelid::regclass as name, month::date as month
          from pg_partitioned_table p
          join pg_class c on c.oid = p.partrelid and not c.relispartition
          join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
         cross join generate_series(date_trunc('month', p_from::timestamp),
                                    date_trunc('month', p_from::timestamp) + make_interval(months => p_months - 1),
                                    interval '1 month') as month
         where p.partstrat = 'r' and p.partnatts = 1 and a.atttypid = 'timestamptz'::regtype
         order by p.partrelid, month
    )
    select count(*) filter (where core.create_monthly_partition(w.name, w.month))::integer from wanted w
$$;

-- Name: FUNCTION create_monthly_partitions(p_from date, p_months integer); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.create_monthly_partitions(p_from date, p_months integer) IS 'Makes the partitions of all monthly tables for a number of months from a day on; returns how many were missing.';

-- Name: distribute_pending(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.distribute_pending() RETURNS integer
    LANGUAGE sql
    AS $$select 0$$;

-- Name: FUNCTION distribute_pending(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.distribute_pending() IS 'Distributes tables made in this migration where the database is spread over nodes; otherwise does nothing.';

-- Name: find_claim(text, text); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.find_claim(p_kind text, p_value text) RETURNS TABLE(tenant_id uuid, entity_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select c.tenant_id, c.entity_id from core.global_claims c where c.kind = p_kind and c.value = p_value
$$;

-- Name: FUNCTION find_claim(p_kind text, p_value text); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.find_claim(p_kind text, p_value text) IS 'Which tenant, and which row of it, a login, number or key belongs to: the way to a tenant before a context is set.';

-- Name: keep_claim(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.keep_claim() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    v_kind   constant text := tg_argv[0];
    v_column constant text := tg_argv[1];
    v_old    constant text := case when tg_op <> 'INSERT' then to_jsonb(old) ->> v_column end;
    v_new    constant text := case when tg_op <> 'DELETE' then to_jsonb(new) ->> v_column end;
begin
    if v_old is not distinct from v_new and (tg_op <> 'UPDATE' or old.id = new.id) then
        return null;
    end if;
    if v_old is not null then
        delete from core.global_claims c
         where c.kind = v_kind and c.value = v_old and c.tenant_id = old.tenant_id and c.entity_id = old.id;
    end if;
    if v_new is not null and not core.claim(new.tenant_id, v_kind, v_new, new.id) then
        raise exception '% % is already in use', v_kind, v_new
            using errcode = 'unique_violation', constraint = v_kind || '_is_claimed_once';
    end if;
    return null;
end $$;

-- Name: FUNCTION keep_claim(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.keep_claim() IS 'Trigger (kind, column): claims the column''s value when the row comes, moves the claim when it changes, frees it when the row goes. A value of another row is refused as a unique violation of <kind>_is_claimed_once.';

-- Name: refuse_change(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    -- The purge of a tenant removes its row first; what cascades from there may go.
    if tg_op = 'DELETE' and not exists (select from core.tenants t where t.id = old.tenant_id) then
        return old;
    end if;
    raise exception '%.% is append-only', tg_table_schema, tg_argv[0]
        using errcode = 'restrict_violation', constraint = tg_argv[0] || '_is_append_only';
end $$;

-- Name: FUNCTION refuse_change(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.refuse_change() IS 'Trigger (table name) for append-only tables: refuses UPDATE, DELETE and TRUNCATE, but for the purge of a tenant.';

-- Name: refuse_tenant_delete(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.refuse_tenant_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.status = 'closed' and not old.legal_hold and old.purge_after < now() and old.purge_marked_at is not null then
        return old;
    end if;
    raise exception 'tenant % is not ready to be purged', old.slug
        using errcode = 'restrict_violation', constraint = 'tenant_is_deleted_by_purge_only',
              hint = 'A tenant can go when it is closed, without legal hold, past its retention and marked for purge.';
end $$;

-- Name: FUNCTION refuse_tenant_delete(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.refuse_tenant_delete() IS 'Trigger: deleting a tenant deletes all it owns, so it is refused until every condition of a purge is met.';

-- Name: set_context(uuid, text, uuid[], uuid); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format('set local app.tenant_id = %L', coalesce(p_tenant::text, ''));
    execute format('set local app.account_scope = %L', coalesce(p_scope::core.context_scope, ''));
    execute format('set local app.account_ids = %L', coalesce(array_to_string(p_accounts, ','), ''));
    execute format('set local app.user_id = %L', coalesce(p_user::text, ''));
end $$;

-- Name: FUNCTION set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) IS 'Says for whom this transaction works: tenant, scope (tenant or account), the accounts in that scope, the user. Holds until the transaction ends; whatever is NULL is unset, and unset shows no rows.';

-- Name: unattributed_tenant(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.unattributed_tenant() RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;

-- Name: FUNCTION unattributed_tenant(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.unattributed_tenant() IS 'The reserved tenant of traffic that no tenant owns, such as a call from an unknown source. Platform staff only.';

-- Name: update_updated_at_column(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.update_updated_at_column() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    new.updated_at := now();
    return new;
end $$;

-- Name: FUNCTION update_updated_at_column(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.update_updated_at_column() IS 'Trigger: keeps updated_at the time of the last change.';

-- Name: uuid_v7(); Type: FUNCTION; Schema: core; Owner: -

CREATE FUNCTION core.uuid_v7() RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    AS $$
    select encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6),
            52, 1), 53, 1),
        'hex')::uuid
$$;

-- Name: FUNCTION uuid_v7(); Type: COMMENT; Schema: core; Owner: -

COMMENT ON FUNCTION core.uuid_v7() IS 'A time-ordered id (RFC 9562 version 7): neighbours in time are neighbours in the index. Not for secrets.';

SET default_tablespace = '';

SET default_table_access_method = heap;

-- Name: account_hierarchy; Type: TABLE; Schema: accounts; Owner: -

CREATE TABLE accounts.account_hierarchy (
    tenant_id uuid NOT NULL,
    ancestor_account_id uuid NOT NULL,
    descendant_account_id uuid NOT NULL,
    depth integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT depth_not_below_zero CHECK ((depth >= 0))
);

ALTER TABLE ONLY accounts.account_hierarchy FORCE ROW LEVEL SECURITY;

-- Name: TABLE account_hierarchy; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON TABLE accounts.account_hierarchy IS 'Every account with each account above it, and with itself at depth 0. Kept by trigger.';

-- Name: COLUMN account_hierarchy.tenant_id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.account_hierarchy.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN account_hierarchy.ancestor_account_id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.account_hierarchy.ancestor_account_id IS 'The upper account.';

-- Name: COLUMN account_hierarchy.descendant_account_id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.account_hierarchy.descendant_account_id IS 'The lower account.';

-- Name: COLUMN account_hierarchy.depth; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.account_hierarchy.depth IS 'Steps between the two.';

-- Name: COLUMN account_hierarchy.created_at; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.account_hierarchy.created_at IS 'When the row was made.';

-- Name: COLUMN account_hierarchy.updated_at; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.account_hierarchy.updated_at IS 'When the row was last changed.';

-- Name: accounts; Type: TABLE; Schema: accounts; Owner: -

CREATE TABLE accounts.accounts (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    ban text NOT NULL,
    name text NOT NULL,
    kind accounts.account_kind DEFAULT 'customer'::text NOT NULL,
    status accounts.account_status DEFAULT 'active'::text NOT NULL,
    parent_account_id uuid,
    billing_mode accounts.billing_mode DEFAULT 'prepaid'::text NOT NULL,
    currency core.currency DEFAULT 'USD'::text NOT NULL,
    country text DEFAULT 'US'::text NOT NULL,
    time_zone text DEFAULT 'America/New_York'::text NOT NULL,
    channels integer,
    cps integer,
    allows_loss boolean DEFAULT false NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_channels_above_zero CHECK ((channels > 0)),
    CONSTRAINT account_cps_above_zero CHECK ((cps > 0)),
    CONSTRAINT account_is_not_its_own_parent CHECK ((parent_account_id <> id)),
    CONSTRAINT ban_is_short_and_printable CHECK ((ban ~ '^[A-Za-z0-9-]{1,32}$'::text))
);

ALTER TABLE ONLY accounts.accounts FORCE ROW LEVEL SECURITY;

-- Name: TABLE accounts; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON TABLE accounts.accounts IS 'Customers of the tenant, each with its own balance; a reseller''s customers hang below it.';

-- Name: COLUMN accounts.tenant_id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN accounts.id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN accounts.ban; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.ban IS 'Billing account number, unique on the platform.';

-- Name: COLUMN accounts.name; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.name IS 'Name as people read it.';

-- Name: COLUMN accounts.kind; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.kind IS 'customer or reseller.';

-- Name: COLUMN accounts.status; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.status IS 'active, suspended or closed. Emergency calls pass whatever it says.';

-- Name: COLUMN accounts.parent_account_id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.parent_account_id IS 'The reseller that the account hangs below.';

-- Name: COLUMN accounts.billing_mode; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.billing_mode IS 'prepaid or postpaid.';

-- Name: COLUMN accounts.currency; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.currency IS 'Currency of its balance and prices; another currency is another account.';

-- Name: COLUMN accounts.country; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.country IS 'Home country.';

-- Name: COLUMN accounts.time_zone; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.time_zone IS 'IANA time zone of its reports.';

-- Name: COLUMN accounts.channels; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.channels IS 'Most calls at a time over all its trunks; NULL is no limit.';

-- Name: COLUMN accounts.cps; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.cps IS 'Most new calls a second over all its trunks; NULL is no limit.';

-- Name: COLUMN accounts.allows_loss; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.allows_loss IS 'Whether its calls may go to carriers that cost more than its plan and the plan''s margin floor allow.';

-- Name: COLUMN accounts.metadata; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN accounts.created_at; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.created_at IS 'When the row was made.';

-- Name: COLUMN accounts.updated_at; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.accounts.updated_at IS 'When the row was last changed.';

-- Name: contacts; Type: TABLE; Schema: accounts; Owner: -

CREATE TABLE accounts.contacts (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid NOT NULL,
    kind accounts.contact_kind DEFAULT 'general'::text NOT NULL,
    name text NOT NULL,
    email text,
    phone core.e164,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT contact_can_be_reached CHECK (((email IS NOT NULL) OR (phone IS NOT NULL)))
);

ALTER TABLE ONLY accounts.contacts FORCE ROW LEVEL SECURITY;

-- Name: TABLE contacts; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON TABLE accounts.contacts IS 'People and desks to ask about an account.';

-- Name: COLUMN contacts.tenant_id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN contacts.id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN contacts.account_id; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN contacts.kind; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.kind IS 'general, billing, technical or abuse.';

-- Name: COLUMN contacts.name; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.name IS 'Who it is.';

-- Name: COLUMN contacts.email; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.email IS 'Email address.';

-- Name: COLUMN contacts.phone; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.phone IS 'Telephone number.';

-- Name: COLUMN contacts.created_at; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.created_at IS 'When the row was made.';

-- Name: COLUMN contacts.updated_at; Type: COMMENT; Schema: accounts; Owner: -

COMMENT ON COLUMN accounts.contacts.updated_at IS 'When the row was last changed.';

-- Name: audit_log; Type: TABLE; Schema: audit; Owner: -

CREATE TABLE audit.audit_log (
    tenant_id uuid NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid,
    user_id uuid,
    actor text NOT NULL,
    action audit.action NOT NULL,
    object text NOT NULL,
    object_id uuid,
    old_values jsonb,
    new_values jsonb,
    request_id uuid,
    source inet,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (occurred_at);

ALTER TABLE ONLY audit.audit_log FORCE ROW LEVEL SECURITY;

-- Name: TABLE audit_log; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON TABLE audit.audit_log IS 'Changes of configuration and sensitive reads, append-only, as far as they are written: nothing does yet.';

-- Name: COLUMN audit_log.tenant_id; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN audit_log.occurred_at; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.occurred_at IS 'When it was done.';

-- Name: COLUMN audit_log.id; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN audit_log.account_id; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN audit_log.user_id; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.user_id IS 'The user, if a person did it.';

-- Name: COLUMN audit_log.actor; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.actor IS 'Who did it, as a name that outlives the user.';

-- Name: COLUMN audit_log.action; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.action IS 'insert, update, delete, login or export.';

-- Name: COLUMN audit_log.object; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.object IS 'Table, with its schema.';

-- Name: COLUMN audit_log.object_id; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.object_id IS 'Row.';

-- Name: COLUMN audit_log.old_values; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.old_values IS 'The columns that changed, before.';

-- Name: COLUMN audit_log.new_values; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.new_values IS 'The columns that changed, after.';

-- Name: COLUMN audit_log.request_id; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.request_id IS 'The request that asked for it.';

-- Name: COLUMN audit_log.source; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.source IS 'Address that it came from.';

-- Name: COLUMN audit_log.created_at; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.created_at IS 'When the row was made.';

-- Name: COLUMN audit_log.updated_at; Type: COMMENT; Schema: audit; Owner: -

COMMENT ON COLUMN audit.audit_log.updated_at IS 'When the row was last changed.';

-- Name: audit_log_default; Type: TABLE; Schema: audit; Owner: -

CREATE TABLE audit.audit_log_default (
    tenant_id uuid NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid,
    user_id uuid,
    actor text NOT NULL,
    action audit.action NOT NULL,
    object text NOT NULL,
    object_id uuid,
    old_values jsonb,
    new_values jsonb,
    request_id uuid,
    source inet,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- Name: api_keys; Type: TABLE; Schema: auth; Owner: -

CREATE TABLE auth.api_keys (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid,
    user_id uuid,
    name text NOT NULL,
    key_prefix text NOT NULL,
    key_sha256 bytea NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    rate_limit_per_minute integer DEFAULT 600 NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT key_prefix_is_8_to_16_characters CHECK ((key_prefix ~ '^[a-z0-9_]{8,16}$'::text)),
    CONSTRAINT key_sha256_is_32_bytes CHECK ((octet_length(key_sha256) = 32)),
    CONSTRAINT rate_limit_above_zero CHECK ((rate_limit_per_minute > 0))
);

ALTER TABLE ONLY auth.api_keys FORCE ROW LEVEL SECURITY;

-- Name: TABLE api_keys; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON TABLE auth.api_keys IS 'Keys for programs. The key itself is shown once and kept as a hash.';

-- Name: COLUMN api_keys.tenant_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN api_keys.id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN api_keys.account_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.account_id IS 'The account that the key is confined to; NULL for the whole tenant.';

-- Name: COLUMN api_keys.user_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.user_id IS 'The user in whose name it acts, if any.';

-- Name: COLUMN api_keys.name; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.name IS 'What the key is used for.';

-- Name: COLUMN api_keys.key_prefix; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.key_prefix IS 'The first characters of the key, to recognise it by; unique on the platform.';

-- Name: COLUMN api_keys.scopes; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.scopes IS 'Permissions that it is confined to.';

-- Name: COLUMN api_keys.rate_limit_per_minute; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.rate_limit_per_minute IS 'Most requests a minute.';

-- Name: COLUMN api_keys.expires_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.expires_at IS 'When it stops working; NULL is never.';

-- Name: COLUMN api_keys.revoked_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.revoked_at IS 'When it was revoked.';

-- Name: COLUMN api_keys.last_used_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.last_used_at IS 'When it was last used, give or take a minute.';

-- Name: COLUMN api_keys.created_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.created_at IS 'When the row was made.';

-- Name: COLUMN api_keys.updated_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.api_keys.updated_at IS 'When the row was last changed.';

-- Name: permissions; Type: TABLE; Schema: auth; Owner: -

CREATE TABLE auth.permissions (
    name text NOT NULL,
    description text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT permission_is_subject_and_verb CHECK ((name ~ '^[a-z_]+:[a-z_]+$'::text))
);

-- Name: TABLE permissions; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON TABLE auth.permissions IS 'What can be permitted: a subject and a verb. The same for all tenants.';

-- Name: COLUMN permissions.name; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.permissions.name IS 'subject:verb.';

-- Name: COLUMN permissions.description; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.permissions.description IS 'What it permits, in a sentence.';

-- Name: role_permissions; Type: TABLE; Schema: auth; Owner: -

CREATE TABLE auth.role_permissions (
    tenant_id uuid NOT NULL,
    role_id uuid NOT NULL,
    permission text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY auth.role_permissions FORCE ROW LEVEL SECURITY;

-- Name: TABLE role_permissions; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON TABLE auth.role_permissions IS 'Which permissions a role has.';

-- Name: COLUMN role_permissions.tenant_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.role_permissions.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN role_permissions.role_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.role_permissions.role_id IS 'The role.';

-- Name: COLUMN role_permissions.permission; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.role_permissions.permission IS 'What it permits.';

-- Name: COLUMN role_permissions.created_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.role_permissions.created_at IS 'When the row was made.';

-- Name: COLUMN role_permissions.updated_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.role_permissions.updated_at IS 'When the row was last changed.';

-- Name: roles; Type: TABLE; Schema: auth; Owner: -

CREATE TABLE auth.roles (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY auth.roles FORCE ROW LEVEL SECURITY;

-- Name: TABLE roles; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON TABLE auth.roles IS 'Named sets of permissions of a tenant.';

-- Name: COLUMN roles.tenant_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.roles.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN roles.id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.roles.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN roles.name; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.roles.name IS 'Name, unique within the tenant.';

-- Name: COLUMN roles.description; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.roles.description IS 'What the role is for.';

-- Name: COLUMN roles.created_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.roles.created_at IS 'When the row was made.';

-- Name: COLUMN roles.updated_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.roles.updated_at IS 'When the row was last changed.';

-- Name: user_roles; Type: TABLE; Schema: auth; Owner: -

CREATE TABLE auth.user_roles (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY auth.user_roles FORCE ROW LEVEL SECURITY;

-- Name: TABLE user_roles; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON TABLE auth.user_roles IS 'Which roles a user has.';

-- Name: COLUMN user_roles.tenant_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.user_roles.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN user_roles.user_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.user_roles.user_id IS 'The user.';

-- Name: COLUMN user_roles.role_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.user_roles.role_id IS 'The role.';

-- Name: COLUMN user_roles.created_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.user_roles.created_at IS 'When the row was made.';

-- Name: COLUMN user_roles.updated_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.user_roles.updated_at IS 'When the row was last changed.';

-- Name: users; Type: TABLE; Schema: auth; Owner: -

CREATE TABLE auth.users (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text,
    status auth.user_status DEFAULT 'invited'::text NOT NULL,
    last_login_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_is_lower_case_with_an_at CHECK (((email = lower(email)) AND (email ~ '^[^@\s]+@[^@\s]+$'::text))),
    CONSTRAINT password_is_bcrypt CHECK ((password_hash ~ '^\$2[abxy]\$[0-9]{2}\$.{53}$'::text))
);

ALTER TABLE ONLY auth.users FORCE ROW LEVEL SECURITY;

-- Name: TABLE users; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON TABLE auth.users IS 'People who log in: staff of the tenant, or people of one account.';

-- Name: COLUMN users.tenant_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN users.id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN users.account_id; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.account_id IS 'The account whose people the user belongs to; NULL for staff.';

-- Name: COLUMN users.email; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.email IS 'Login, lower case, unique on the platform.';

-- Name: COLUMN users.name; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.name IS 'Name as people read it.';

-- Name: COLUMN users.status; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.status IS 'active, invited or disabled.';

-- Name: COLUMN users.last_login_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.last_login_at IS 'When the user last logged in.';

-- Name: COLUMN users.created_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.created_at IS 'When the row was made.';

-- Name: COLUMN users.updated_at; Type: COMMENT; Schema: auth; Owner: -

COMMENT ON COLUMN auth.users.updated_at IS 'When the row was last changed.';

-- Name: account_balance; Type: TABLE; Schema: billing; Owner: -

CREATE TABLE billing.account_balance (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    currency core.currency NOT NULL,
    available core.amount DEFAULT 0 NOT NULL,
    pending core.unsigned_amount DEFAULT 0 NOT NULL,
    held core.amount DEFAULT 0 NOT NULL,
    credit_limit core.unsigned_amount DEFAULT 0 NOT NULL,
    overdrawn core.unsigned_amount DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT balance_not_below_credit_limit CHECK (((((available)::numeric + (credit_limit)::numeric) + (overdrawn)::numeric) >= (0)::numeric)),
    CONSTRAINT held_not_below_zero CHECK (((held)::numeric >= (0)::numeric))
)
WITH (fillfactor='50');

ALTER TABLE ONLY billing.account_balance FORCE ROW LEVEL SECURITY;

-- Name: TABLE account_balance; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON TABLE billing.account_balance IS 'What an account has: one row each, the sum of its ledger.';

-- Name: COLUMN account_balance.tenant_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN account_balance.account_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN account_balance.currency; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.currency IS 'Currency of the account.';

-- Name: COLUMN account_balance.available; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.available IS 'Money that may be spent; below zero it is owed.';

-- Name: COLUMN account_balance.pending; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.pending IS 'Money announced but not yet received.';

-- Name: COLUMN account_balance.held; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.held IS 'Money kept back for calls in progress.';

-- Name: COLUMN account_balance.credit_limit; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.credit_limit IS 'How far below zero available may go.';

-- Name: COLUMN account_balance.overdrawn; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.overdrawn IS 'How far delivered calls, or a lowered limit, have taken available below the credit limit.';

-- Name: COLUMN account_balance.created_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.created_at IS 'When the row was made.';

-- Name: COLUMN account_balance.updated_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_balance.updated_at IS 'When the row was last changed.';

-- Name: account_rate_plan; Type: TABLE; Schema: billing; Owner: -

CREATE TABLE billing.account_rate_plan (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid NOT NULL,
    rate_plan_id uuid NOT NULL,
    currency core.currency DEFAULT 'USD'::text NOT NULL,
    valid_from timestamp with time zone DEFAULT now() NOT NULL,
    valid_to timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT plan_assignment_ends_after_it_starts CHECK ((valid_to > valid_from))
);

ALTER TABLE ONLY billing.account_rate_plan FORCE ROW LEVEL SECURITY;

-- Name: TABLE account_rate_plan; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON TABLE billing.account_rate_plan IS 'Which plan an account has, from when to when; one at a time.';

-- Name: COLUMN account_rate_plan.tenant_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN account_rate_plan.id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN account_rate_plan.account_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN account_rate_plan.rate_plan_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.rate_plan_id IS 'The plan.';

-- Name: COLUMN account_rate_plan.currency; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.currency IS 'Currency of the account and of the plan.';

-- Name: COLUMN account_rate_plan.valid_from; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.valid_from IS 'First instant that it holds.';

-- Name: COLUMN account_rate_plan.valid_to; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.valid_to IS 'First instant that it no longer holds; NULL is open.';

-- Name: COLUMN account_rate_plan.created_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.created_at IS 'When the row was made.';

-- Name: COLUMN account_rate_plan.updated_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.account_rate_plan.updated_at IS 'When the row was last changed.';

-- Name: holds; Type: TABLE; Schema: billing; Owner: -

CREATE TABLE billing.holds (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    amount core.positive_amount NOT NULL,
    state billing.hold_state DEFAULT 'open'::text NOT NULL,
    ended_at timestamp with time zone,
    cdr_id uuid,
    release_reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT hold_ends_as_its_state_says CHECK ((((ended_at IS NULL) = ((state)::text = 'open'::text)) AND ((cdr_id IS NULL) = ((state)::text = ANY (ARRAY['open'::text, 'released'::text])))))
);

ALTER TABLE ONLY billing.holds FORCE ROW LEVEL SECURITY;

-- Name: TABLE holds; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON TABLE billing.holds IS 'Money kept back for calls in progress, one row each, named by the routing id.';

-- Name: COLUMN holds.tenant_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN holds.id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.id IS 'The routing id of the call.';

-- Name: COLUMN holds.account_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN holds.amount; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.amount IS 'How much was held.';

-- Name: COLUMN holds.state; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.state IS 'open, settled, released or superseded.';

-- Name: COLUMN holds.ended_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.ended_at IS 'When it was settled or released.';

-- Name: COLUMN holds.cdr_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.cdr_id IS 'The call that was posted.';

-- Name: COLUMN holds.release_reason; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.release_reason IS 'Why it was given back.';

-- Name: COLUMN holds.created_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.created_at IS 'When the row was made.';

-- Name: COLUMN holds.updated_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.holds.updated_at IS 'When the row was last changed.';

-- Name: ledger; Type: TABLE; Schema: billing; Owner: -

CREATE TABLE billing.ledger (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid NOT NULL,
    posted_at timestamp with time zone DEFAULT now() NOT NULL,
    source billing.ledger_source NOT NULL,
    source_id uuid NOT NULL,
    currency core.currency NOT NULL,
    available core.amount DEFAULT 0 NOT NULL,
    pending core.amount DEFAULT 0 NOT NULL,
    held core.amount DEFAULT 0 NOT NULL,
    counter core.amount DEFAULT 0 NOT NULL,
    counter_account billing.counter_account,
    memo text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT counter_account_is_named_when_it_moves CHECK ((((counter)::numeric = (0)::numeric) OR (counter_account IS NOT NULL))),
    CONSTRAINT posting_sums_to_zero CHECK ((((((available)::numeric + (pending)::numeric) + (held)::numeric) + (counter)::numeric) = (0)::numeric))
);

ALTER TABLE ONLY billing.ledger FORCE ROW LEVEL SECURITY;

-- Name: TABLE ledger; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON TABLE billing.ledger IS 'Every movement of money, append-only. The four amounts of a posting sum to zero; those of an account sum to its balance.';

-- Name: COLUMN ledger.tenant_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN ledger.id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN ledger.account_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN ledger.posted_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.posted_at IS 'When it was posted.';

-- Name: COLUMN ledger.source; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.source IS 'hold, hold_release, cdr, payment or adjustment.';

-- Name: COLUMN ledger.source_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.source_id IS 'Id of the hold, CDR, payment or adjustment. A source posts once.';

-- Name: COLUMN ledger.currency; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.currency IS 'Currency of the account.';

-- Name: COLUMN ledger.available; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.available IS 'Change of available.';

-- Name: COLUMN ledger.pending; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.pending IS 'Change of pending.';

-- Name: COLUMN ledger.held; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.held IS 'Change of held.';

-- Name: COLUMN ledger.counter; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.counter IS 'Change of the counter account.';

-- Name: COLUMN ledger.counter_account; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.counter_account IS 'voice_revenue, payments or adjustments; NULL within the account.';

-- Name: COLUMN ledger.memo; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.memo IS 'A word for people.';

-- Name: COLUMN ledger.created_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.created_at IS 'When the row was made.';

-- Name: COLUMN ledger.updated_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.ledger.updated_at IS 'When the row was last changed.';

-- Name: rate_plans; Type: TABLE; Schema: billing; Owner: -

CREATE TABLE billing.rate_plans (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    status billing.plan_status DEFAULT 'active'::text NOT NULL,
    currency core.currency DEFAULT 'USD'::text NOT NULL,
    hold_s integer DEFAULT 600 NOT NULL,
    expected_talk_s integer DEFAULT 180 NOT NULL,
    margin_floor core.rate DEFAULT 0 NOT NULL,
    margin_floor_bp integer DEFAULT 0 NOT NULL,
    rounding billing.rounding DEFAULT 'half_away_from_zero_8'::text NOT NULL,
    indeterminate_policy routing.indeterminate_policy DEFAULT 'own'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT margin_floor_between_0_and_10000_basis_points CHECK (((margin_floor_bp >= 0) AND (margin_floor_bp <= 10000))),
    CONSTRAINT plan_expects_talk_between_1_s_and_a_day CHECK (((expected_talk_s >= 1) AND (expected_talk_s <= 86400))),
    CONSTRAINT plan_hold_between_1_s_and_a_day CHECK (((hold_s >= 1) AND (hold_s <= 86400)))
);

ALTER TABLE ONLY billing.rate_plans FORCE ROW LEVEL SECURITY;

-- Name: TABLE rate_plans; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON TABLE billing.rate_plans IS 'Price lists for customers.';

-- Name: COLUMN rate_plans.tenant_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN rate_plans.id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN rate_plans.name; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.name IS 'Name, unique within the tenant.';

-- Name: COLUMN rate_plans.description; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.description IS 'Whom it is for.';

-- Name: COLUMN rate_plans.status; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.status IS 'active or retired.';

-- Name: COLUMN rate_plans.currency; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.currency IS 'Currency of its prices: only accounts in it can have the plan, and it stays while one has.';

-- Name: COLUMN rate_plans.hold_s; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.hold_s IS 'Seconds of talk that a call holds money for.';

-- Name: COLUMN rate_plans.expected_talk_s; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.expected_talk_s IS 'Seconds of talk at which carriers are compared: a price a minute says little where increments and fees differ.';

-- Name: COLUMN rate_plans.margin_floor; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.margin_floor IS 'What a call must bring at least, per minute of the expected talk; a carrier that leaves less is not used.';

-- Name: COLUMN rate_plans.margin_floor_bp; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.margin_floor_bp IS 'The same in hundredths of a per cent of the selling price; the higher of the two counts.';

-- Name: COLUMN rate_plans.rounding; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.rounding IS 'How the amount of a call is rounded.';

-- Name: COLUMN rate_plans.indeterminate_policy; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.indeterminate_policy IS 'own, intrastate, highest or interstate, as for decks.';

-- Name: COLUMN rate_plans.created_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.created_at IS 'When the row was made.';

-- Name: COLUMN rate_plans.updated_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.rate_plans.updated_at IS 'When the row was last changed.';

-- Name: voice_rates; Type: TABLE; Schema: billing; Owner: -

CREATE TABLE billing.voice_rates (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    rate_plan_id uuid NOT NULL,
    direction core.call_direction DEFAULT 'outbound'::text NOT NULL,
    prefix core.dial_prefix NOT NULL,
    destination text DEFAULT ''::text NOT NULL,
    rate core.rate,
    rate_interstate core.rate,
    rate_intrastate core.rate,
    rate_local core.rate,
    rate_indeterminate core.rate,
    initial_increment_s core.increment_s DEFAULT 6 NOT NULL,
    next_increment_s core.increment_s DEFAULT 6 NOT NULL,
    connect_fee core.rate DEFAULT 0 NOT NULL,
    blocked boolean DEFAULT false NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT voice_rate_ends_after_it_starts CHECK ((valid_to > valid_from)),
    CONSTRAINT voice_rate_has_a_price CHECK ((blocked OR (rate IS NOT NULL) OR (num_nulls(rate_interstate, rate_intrastate) = 0))),
    CONSTRAINT voice_rate_is_outbound_or_inbound CHECK (((direction)::text = ANY (ARRAY['outbound'::text, 'inbound'::text])))
);

ALTER TABLE ONLY billing.voice_rates FORCE ROW LEVEL SECURITY;

-- Name: TABLE voice_rates; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON TABLE billing.voice_rates IS 'Prices of calls by prefix: of the called number when outbound, of the DID when inbound. The longest prefix decides, also when it blocks. A NANP call takes the price of its jurisdiction where the row has one, else rate.';

-- Name: COLUMN voice_rates.tenant_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN voice_rates.id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN voice_rates.rate_plan_id; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.rate_plan_id IS 'The plan.';

-- Name: COLUMN voice_rates.direction; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.direction IS 'outbound or inbound.';

-- Name: COLUMN voice_rates.prefix; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.prefix IS 'Leading digits of the number.';

-- Name: COLUMN voice_rates.destination; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.destination IS 'What it is called on an invoice.';

-- Name: COLUMN voice_rates.rate; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.rate IS 'Price per minute where no price of a jurisdiction applies.';

-- Name: COLUMN voice_rates.rate_interstate; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.rate_interstate IS 'Price per minute between states.';

-- Name: COLUMN voice_rates.rate_intrastate; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.rate_intrastate IS 'Price per minute within a state.';

-- Name: COLUMN voice_rates.rate_local; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.rate_local IS 'Price per minute within a local calling area; NULL takes intrastate.';

-- Name: COLUMN voice_rates.rate_indeterminate; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.rate_indeterminate IS 'Price per minute when a state is unknown; NULL follows the plan''s policy.';

-- Name: COLUMN voice_rates.initial_increment_s; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.initial_increment_s IS 'Least seconds charged for an answered call.';

-- Name: COLUMN voice_rates.next_increment_s; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.next_increment_s IS 'Seconds of each further step.';

-- Name: COLUMN voice_rates.connect_fee; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.connect_fee IS 'Charged once for an answered call.';

-- Name: COLUMN voice_rates.blocked; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.blocked IS 'Calls to these numbers are refused.';

-- Name: COLUMN voice_rates.valid_from; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.valid_from IS 'First instant that it holds.';

-- Name: COLUMN voice_rates.valid_to; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.valid_to IS 'First instant that it no longer holds; NULL is open.';

-- Name: COLUMN voice_rates.created_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.created_at IS 'When the row was made.';

-- Name: COLUMN voice_rates.updated_at; Type: COMMENT; Schema: billing; Owner: -

COMMENT ON COLUMN billing.voice_rates.updated_at IS 'When the row was last changed.';

-- Name: enriched_cdr; Type: TABLE; Schema: cdr; Owner: -

CREATE TABLE cdr.enriched_cdr (
    tenant_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    routing_id uuid,
    account_id uuid,
    trunk_id uuid,
    carrier_trunk_id uuid,
    direction core.call_direction NOT NULL,
    from_number core.e164,
    to_number core.e164,
    jurisdiction core.jurisdiction,
    jurisdiction_reason text,
    disposition cdr.disposition NOT NULL,
    sip_code integer NOT NULL,
    ringing_at timestamp with time zone,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    pdd_ms integer,
    talk_ms bigint DEFAULT 0 NOT NULL,
    currency core.currency NOT NULL,
    sell_rate_id uuid,
    sell_rate core.rate,
    sell_connect_fee core.rate,
    sell_initial_s core.increment_s,
    sell_next_s core.increment_s,
    sell_billed_s integer DEFAULT 0 NOT NULL,
    sell_amount core.amount DEFAULT 0 NOT NULL,
    buy_rate_id uuid,
    buy_rate core.rate,
    buy_connect_fee core.rate,
    buy_initial_s core.increment_s,
    buy_next_s core.increment_s,
    buy_billed_s integer DEFAULT 0 NOT NULL,
    buy_amount core.amount DEFAULT 0 NOT NULL,
    margin core.amount GENERATED ALWAYS AS (((sell_amount)::numeric - (buy_amount)::numeric)) STORED,
    rating jsonb DEFAULT '{}'::jsonb NOT NULL,
    posted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT billed_seconds_not_below_zero CHECK (((sell_billed_s >= 0) AND (buy_billed_s >= 0))),
    CONSTRAINT buy_amount_names_its_rate CHECK ((((buy_amount)::numeric = (0)::numeric) OR (num_nulls(buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s, buy_next_s) = 0))),
    CONSTRAINT call_amounts_not_below_zero CHECK ((((sell_amount)::numeric >= (0)::numeric) AND ((buy_amount)::numeric >= (0)::numeric))),
    CONSTRAINT sell_amount_names_its_rate CHECK ((((sell_amount)::numeric = (0)::numeric) OR (num_nulls(sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s) = 0))),
    CONSTRAINT talk_not_below_zero CHECK ((talk_ms >= 0)),
    CONSTRAINT unanswered_call_costs_nothing CHECK ((((disposition)::text = 'answered'::text) OR (((sell_amount)::numeric = (0)::numeric) AND ((buy_amount)::numeric = (0)::numeric) AND (talk_ms = 0))))
)
PARTITION BY RANGE (started_at);

ALTER TABLE ONLY cdr.enriched_cdr FORCE ROW LEVEL SECURITY;

-- Name: TABLE enriched_cdr; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON TABLE cdr.enriched_cdr IS 'Calls as we understand them: numbers, jurisdiction, both prices and the margin. Every amount keeps the rate it was made from, so that it can be derived again to the last digit.';

-- Name: COLUMN enriched_cdr.tenant_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN enriched_cdr.started_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.started_at IS 'When the edge received the INVITE.';

-- Name: COLUMN enriched_cdr.id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.id IS 'The id of the raw record.';

-- Name: COLUMN enriched_cdr.routing_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.routing_id IS 'The router''s decision.';

-- Name: COLUMN enriched_cdr.account_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN enriched_cdr.trunk_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.trunk_id IS 'The customer''s trunk.';

-- Name: COLUMN enriched_cdr.carrier_trunk_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.carrier_trunk_id IS 'The carrier trunk that carried it.';

-- Name: COLUMN enriched_cdr.direction; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.direction IS 'outbound, inbound, emergency or unknown.';

-- Name: COLUMN enriched_cdr.from_number; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.from_number IS 'The caller; NULL where it is no number.';

-- Name: COLUMN enriched_cdr.to_number; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.to_number IS 'The called number; NULL where it is no number, as 911.';

-- Name: COLUMN enriched_cdr.jurisdiction; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.jurisdiction IS 'How the call is priced.';

-- Name: COLUMN enriched_cdr.jurisdiction_reason; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.jurisdiction_reason IS 'Why, with the two states.';

-- Name: COLUMN enriched_cdr.disposition; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.disposition IS 'answered, busy, no_answer, cancelled, failed, refused or lost.';

-- Name: COLUMN enriched_cdr.sip_code; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sip_code IS 'Final code that the caller got.';

-- Name: COLUMN enriched_cdr.ringing_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.ringing_at IS 'First 18x.';

-- Name: COLUMN enriched_cdr.answered_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.answered_at IS '200 to the INVITE.';

-- Name: COLUMN enriched_cdr.ended_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.ended_at IS 'BYE or final failure.';

-- Name: COLUMN enriched_cdr.pdd_ms; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.pdd_ms IS 'Post-dial delay: INVITE to the first ringing or answer.';

-- Name: COLUMN enriched_cdr.talk_ms; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.talk_ms IS 'Talk time.';

-- Name: COLUMN enriched_cdr.currency; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.currency IS 'Currency of all its prices.';

-- Name: COLUMN enriched_cdr.sell_rate_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sell_rate_id IS 'Row in billing.voice_rates.';

-- Name: COLUMN enriched_cdr.sell_rate; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sell_rate IS 'Sell price per minute that was used.';

-- Name: COLUMN enriched_cdr.sell_connect_fee; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sell_connect_fee IS 'Sell connect fee that was used.';

-- Name: COLUMN enriched_cdr.sell_initial_s; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sell_initial_s IS 'Least seconds sold.';

-- Name: COLUMN enriched_cdr.sell_next_s; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sell_next_s IS 'Step of seconds sold.';

-- Name: COLUMN enriched_cdr.sell_billed_s; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sell_billed_s IS 'Seconds sold.';

-- Name: COLUMN enriched_cdr.sell_amount; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.sell_amount IS 'What the account pays.';

-- Name: COLUMN enriched_cdr.buy_rate_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.buy_rate_id IS 'Row in routing.rate_deck.';

-- Name: COLUMN enriched_cdr.buy_rate; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.buy_rate IS 'Buy price per minute that was used.';

-- Name: COLUMN enriched_cdr.buy_connect_fee; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.buy_connect_fee IS 'Buy connect fee that was used.';

-- Name: COLUMN enriched_cdr.buy_initial_s; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.buy_initial_s IS 'Least seconds bought.';

-- Name: COLUMN enriched_cdr.buy_next_s; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.buy_next_s IS 'Step of seconds bought.';

-- Name: COLUMN enriched_cdr.buy_billed_s; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.buy_billed_s IS 'Seconds bought.';

-- Name: COLUMN enriched_cdr.buy_amount; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.buy_amount IS 'What the carrier charges.';

-- Name: COLUMN enriched_cdr.margin; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.margin IS 'Sell amount less buy amount.';

-- Name: COLUMN enriched_cdr.rating; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.rating IS 'How it was rated: rounding, plan, deck and version, free seconds.';

-- Name: COLUMN enriched_cdr.posted_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.posted_at IS 'When the sell amount reached the ledger; NULL while it waits.';

-- Name: COLUMN enriched_cdr.created_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.created_at IS 'When the row was made.';

-- Name: COLUMN enriched_cdr.updated_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.enriched_cdr.updated_at IS 'When the row was last changed.';

-- Name: enriched_cdr_default; Type: TABLE; Schema: cdr; Owner: -

CREATE TABLE cdr.enriched_cdr_default (
    tenant_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    routing_id uuid,
    account_id uuid,
    trunk_id uuid,
    carrier_trunk_id uuid,
    direction core.call_direction NOT NULL,
    from_number core.e164,
    to_number core.e164,
    jurisdiction core.jurisdiction,
    jurisdiction_reason text,
    disposition cdr.disposition NOT NULL,
    sip_code integer NOT NULL,
    ringing_at timestamp with time zone,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    pdd_ms integer,
    talk_ms bigint DEFAULT 0 NOT NULL,
    currency core.currency NOT NULL,
    sell_rate_id uuid,
    sell_rate core.rate,
    sell_connect_fee core.rate,
    sell_initial_s core.increment_s,
    sell_next_s core.increment_s,
    sell_billed_s integer DEFAULT 0 NOT NULL,
    sell_amount core.amount DEFAULT 0 NOT NULL,
    buy_rate_id uuid,
    buy_rate core.rate,
    buy_connect_fee core.rate,
    buy_initial_s core.increment_s,
    buy_next_s core.increment_s,
    buy_billed_s integer DEFAULT 0 NOT NULL,
    buy_amount core.amount DEFAULT 0 NOT NULL,
    margin core.amount GENERATED ALWAYS AS (((sell_amount)::numeric - (buy_amount)::numeric)) STORED,
    rating jsonb DEFAULT '{}'::jsonb NOT NULL,
    posted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT billed_seconds_not_below_zero CHECK (((sell_billed_s >= 0) AND (buy_billed_s >= 0))),
    CONSTRAINT buy_amount_names_its_rate CHECK ((((buy_amount)::numeric = (0)::numeric) OR (num_nulls(buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s, buy_next_s) = 0))),
    CONSTRAINT call_amounts_not_below_zero CHECK ((((sell_amount)::numeric >= (0)::numeric) AND ((buy_amount)::numeric >= (0)::numeric))),
    CONSTRAINT sell_amount_names_its_rate CHECK ((((sell_amount)::numeric = (0)::numeric) OR (num_nulls(sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s) = 0))),
    CONSTRAINT talk_not_below_zero CHECK ((talk_ms >= 0)),
    CONSTRAINT unanswered_call_costs_nothing CHECK ((((disposition)::text = 'answered'::text) OR (((sell_amount)::numeric = (0)::numeric) AND ((buy_amount)::numeric = (0)::numeric) AND (talk_ms = 0))))
);

-- Name: raw_cdr; Type: TABLE; Schema: cdr; Owner: -

CREATE TABLE cdr.raw_cdr (
    tenant_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    format integer DEFAULT 1 NOT NULL,
    edge_id text NOT NULL,
    routing_id uuid,
    account_id uuid,
    trunk_id uuid,
    carrier_trunk_id uuid,
    sell_rate_id uuid,
    buy_rate_id uuid,
    direction text DEFAULT ''::text NOT NULL,
    call_id text DEFAULT ''::text NOT NULL,
    from_tag text DEFAULT ''::text NOT NULL,
    to_tag text DEFAULT ''::text NOT NULL,
    caller text DEFAULT ''::text NOT NULL,
    callee text DEFAULT ''::text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    ringing_at timestamp with time zone,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    duration_ms bigint DEFAULT 0 NOT NULL,
    sip_code integer NOT NULL,
    sip_reason text DEFAULT ''::text NOT NULL,
    hangup text DEFAULT ''::text NOT NULL,
    attempts text DEFAULT ''::text NOT NULL,
    processed_at timestamp with time zone,
    rating_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (started_at);

ALTER TABLE ONLY cdr.raw_cdr FORCE ROW LEVEL SECURITY;

-- Name: TABLE raw_cdr; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON TABLE cdr.raw_cdr IS 'Calls as the switch left them: answered, failed, cancelled, refused, cut off.';

-- Name: COLUMN raw_cdr.tenant_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN raw_cdr.started_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.started_at IS 'When the edge received the INVITE.';

-- Name: COLUMN raw_cdr.id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.id IS 'UUIDv5 of edge, Call-ID, From tag and INVITE time in µs.';

-- Name: COLUMN raw_cdr.format; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.format IS 'Version of the record''s layout.';

-- Name: COLUMN raw_cdr.edge_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.edge_id IS 'The edge that carried the call.';

-- Name: COLUMN raw_cdr.routing_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.routing_id IS 'The router''s decision; NULL when no router answered.';

-- Name: COLUMN raw_cdr.account_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.account_id IS 'The account, as the router said.';

-- Name: COLUMN raw_cdr.trunk_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.trunk_id IS 'The customer''s trunk, as the router said.';

-- Name: COLUMN raw_cdr.carrier_trunk_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.carrier_trunk_id IS 'The carrier trunk that was used last, or that the call came from.';

-- Name: COLUMN raw_cdr.sell_rate_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.sell_rate_id IS 'The sell price that the router had in mind.';

-- Name: COLUMN raw_cdr.buy_rate_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.buy_rate_id IS 'The buy price of the route that was used last.';

-- Name: COLUMN raw_cdr.direction; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.direction IS 'outbound, inbound, emergency, unknown, or empty.';

-- Name: COLUMN raw_cdr.call_id; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.call_id IS 'Call-ID.';

-- Name: COLUMN raw_cdr.from_tag; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.from_tag IS 'From tag.';

-- Name: COLUMN raw_cdr.to_tag; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.to_tag IS 'To tag.';

-- Name: COLUMN raw_cdr.caller; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.caller IS 'The caller as signalled.';

-- Name: COLUMN raw_cdr.callee; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.callee IS 'The called number as signalled.';

-- Name: COLUMN raw_cdr.source; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.source IS 'Where the call came from: address;port;transport.';

-- Name: COLUMN raw_cdr.ringing_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.ringing_at IS 'First 18x.';

-- Name: COLUMN raw_cdr.answered_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.answered_at IS '200 to the INVITE.';

-- Name: COLUMN raw_cdr.ended_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.ended_at IS 'BYE or final failure.';

-- Name: COLUMN raw_cdr.duration_ms; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.duration_ms IS 'Talk time.';

-- Name: COLUMN raw_cdr.sip_code; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.sip_code IS 'Final code that the caller got; 500 for a lost call, which got none.';

-- Name: COLUMN raw_cdr.sip_reason; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.sip_reason IS 'Its reason phrase.';

-- Name: COLUMN raw_cdr.hangup; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.hangup IS 'Who ended it: caller, callee, edge, cancel, router, carrier, or empty; lost when no record came from the edge and this one was made of what the router knew.';

-- Name: COLUMN raw_cdr.attempts; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.attempts IS 'Every carrier trunk tried and what it said: id:code;…';

-- Name: COLUMN raw_cdr.processed_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.processed_at IS 'When the enriched record was made; NULL while it waits.';

-- Name: COLUMN raw_cdr.rating_error; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.rating_error IS 'Why the record could not be priced; it is left out until somebody has mended what it needs and cleared this.';

-- Name: COLUMN raw_cdr.created_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.created_at IS 'When the row was made.';

-- Name: COLUMN raw_cdr.updated_at; Type: COMMENT; Schema: cdr; Owner: -

COMMENT ON COLUMN cdr.raw_cdr.updated_at IS 'When the row was last changed.';

-- Name: raw_cdr_default; Type: TABLE; Schema: cdr; Owner: -

CREATE TABLE cdr.raw_cdr_default (
    tenant_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    format integer DEFAULT 1 NOT NULL,
    edge_id text NOT NULL,
    routing_id uuid,
    account_id uuid,
    trunk_id uuid,
    carrier_trunk_id uuid,
    sell_rate_id uuid,
    buy_rate_id uuid,
    direction text DEFAULT ''::text NOT NULL,
    call_id text DEFAULT ''::text NOT NULL,
    from_tag text DEFAULT ''::text NOT NULL,
    to_tag text DEFAULT ''::text NOT NULL,
    caller text DEFAULT ''::text NOT NULL,
    callee text DEFAULT ''::text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    ringing_at timestamp with time zone,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    duration_ms bigint DEFAULT 0 NOT NULL,
    sip_code integer NOT NULL,
    sip_reason text DEFAULT ''::text NOT NULL,
    hangup text DEFAULT ''::text NOT NULL,
    attempts text DEFAULT ''::text NOT NULL,
    processed_at timestamp with time zone,
    rating_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- Name: global_claims; Type: TABLE; Schema: core; Owner: -

CREATE TABLE core.global_claims (
    kind text NOT NULL,
    value text NOT NULL,
    tenant_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- Name: TABLE global_claims; Type: COMMENT; Schema: core; Owner: -

COMMENT ON TABLE core.global_claims IS 'Values that are unique on the whole platform, and the tenant and row that hold them.';

-- Name: migrations; Type: TABLE; Schema: core; Owner: -

CREATE TABLE core.migrations (
    number integer NOT NULL,
    file text NOT NULL,
    checksum text NOT NULL,
    finished_at timestamp with time zone,
    started_at timestamp with time zone DEFAULT now() NOT NULL
);

-- Name: TABLE migrations; Type: COMMENT; Schema: core; Owner: -

COMMENT ON TABLE core.migrations IS 'Which files of db/migrations this database has, with the checksum of each when it was applied.';

-- Name: snapshot_versions; Type: TABLE; Schema: core; Owner: -

CREATE TABLE core.snapshot_versions (
    name text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- Name: TABLE snapshot_versions; Type: COMMENT; Schema: core; Owner: -

COMMENT ON TABLE core.snapshot_versions IS 'One row for each set of data that is served from memory, with its version.';

-- Name: COLUMN snapshot_versions.name; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.snapshot_versions.name IS 'Which data: routing.';

-- Name: COLUMN snapshot_versions.version; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.snapshot_versions.version IS 'Rises by one with every change.';

-- Name: COLUMN snapshot_versions.updated_at; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.snapshot_versions.updated_at IS 'When the data was last changed.';

-- Name: tenants; Type: TABLE; Schema: core; Owner: -

CREATE TABLE core.tenants (
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    status core.tenant_status DEFAULT 'active'::text NOT NULL,
    country text DEFAULT 'US'::text NOT NULL,
    currency core.currency DEFAULT 'USD'::text NOT NULL,
    max_tries integer DEFAULT 4 NOT NULL,
    max_pdd_ms integer DEFAULT 10000 NOT NULL,
    legal_hold boolean DEFAULT false NOT NULL,
    purge_after timestamp with time zone,
    purge_marked_at timestamp with time zone,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT max_pdd_between_1_s_and_a_minute CHECK (((max_pdd_ms >= 1000) AND (max_pdd_ms <= 60000))),
    CONSTRAINT max_tries_between_1_and_8 CHECK (((max_tries >= 1) AND (max_tries <= 8))),
    CONSTRAINT slug_is_a_short_name CHECK ((slug ~ '^[a-z][a-z0-9-]{1,62}$'::text))
);

ALTER TABLE ONLY core.tenants FORCE ROW LEVEL SECURITY;

-- Name: TABLE tenants; Type: COMMENT; Schema: core; Owner: -

COMMENT ON TABLE core.tenants IS 'Operators: each with its own carriers, customers, staff and money.';

-- Name: COLUMN tenants.id; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.id IS 'Identifier; every other table names it tenant_id.';

-- Name: COLUMN tenants.slug; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.slug IS 'Short name in addresses, unique on the platform.';

-- Name: COLUMN tenants.name; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.name IS 'Name as people read it.';

-- Name: COLUMN tenants.status; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.status IS 'active, suspended or closed.';

-- Name: COLUMN tenants.country; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.country IS 'ISO 3166 code of its home country.';

-- Name: COLUMN tenants.currency; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.currency IS 'Currency of its reports and of new accounts.';

-- Name: COLUMN tenants.max_tries; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.max_tries IS 'How many carriers are tried for a call.';

-- Name: COLUMN tenants.max_pdd_ms; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.max_pdd_ms IS 'How long carriers are tried until one rings.';

-- Name: COLUMN tenants.legal_hold; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.legal_hold IS 'While true nothing of the tenant may be deleted.';

-- Name: COLUMN tenants.purge_after; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.purge_after IS 'End of the retention after closing.';

-- Name: COLUMN tenants.metadata; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN tenants.created_at; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.created_at IS 'When the row was made.';

-- Name: COLUMN tenants.updated_at; Type: COMMENT; Schema: core; Owner: -

COMMENT ON COLUMN core.tenants.updated_at IS 'When the row was last changed.';

-- Name: dids; Type: TABLE; Schema: numbers; Owner: -

CREATE TABLE numbers.dids (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid NOT NULL,
    number core.e164 NOT NULL,
    trunk_id uuid,
    status numbers.did_status DEFAULT 'active'::text NOT NULL,
    voice_enabled boolean DEFAULT true NOT NULL,
    assigned_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY numbers.dids FORCE ROW LEVEL SECURITY;

-- Name: TABLE dids; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON TABLE numbers.dids IS 'Numbers assigned to accounts, and the trunk that they ring.';

-- Name: COLUMN dids.tenant_id; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN dids.id; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN dids.account_id; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN dids.number; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.number IS 'The number, in the inventory.';

-- Name: COLUMN dids.trunk_id; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.trunk_id IS 'Trunk of the account that calls are sent to; NULL rings nowhere.';

-- Name: COLUMN dids.status; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.status IS 'active or suspended.';

-- Name: COLUMN dids.voice_enabled; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.voice_enabled IS 'Whether it takes calls.';

-- Name: COLUMN dids.assigned_at; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.assigned_at IS 'When the account got it.';

-- Name: COLUMN dids.metadata; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN dids.created_at; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.created_at IS 'When the row was made.';

-- Name: COLUMN dids.updated_at; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.dids.updated_at IS 'When the row was last changed.';

-- Name: inventory; Type: TABLE; Schema: numbers; Owner: -

CREATE TABLE numbers.inventory (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    number core.e164 NOT NULL,
    kind numbers.number_kind DEFAULT 'local'::text NOT NULL,
    status numbers.inventory_status DEFAULT 'available'::text NOT NULL,
    country text DEFAULT 'US'::text NOT NULL,
    region text,
    vendor_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY numbers.inventory FORCE ROW LEVEL SECURITY;

-- Name: TABLE inventory; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON TABLE numbers.inventory IS 'Every number that the tenant holds.';

-- Name: COLUMN inventory.tenant_id; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN inventory.id; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN inventory.number; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.number IS 'The number, unique on the platform.';

-- Name: COLUMN inventory.kind; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.kind IS 'local, toll_free, mobile or national.';

-- Name: COLUMN inventory.status; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.status IS 'available, reserved, assigned or quarantined.';

-- Name: COLUMN inventory.country; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.country IS 'Country of the number.';

-- Name: COLUMN inventory.region; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.region IS 'State or province of the number.';

-- Name: COLUMN inventory.vendor_id; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.vendor_id IS 'Vendor that it comes from.';

-- Name: COLUMN inventory.created_at; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.created_at IS 'When the row was made.';

-- Name: COLUMN inventory.updated_at; Type: COMMENT; Schema: numbers; Owner: -

COMMENT ON COLUMN numbers.inventory.updated_at IS 'When the row was last changed.';

-- Name: countries; Type: TABLE; Schema: ref; Owner: -

CREATE TABLE ref.countries (
    code text NOT NULL,
    name text NOT NULL,
    calling_code text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT calling_code_is_digits CHECK ((calling_code ~ '^[1-9][0-9]{0,2}$'::text)),
    CONSTRAINT country_code_is_iso_3166 CHECK ((code ~ '^[A-Z]{2}$'::text))
);

-- Name: TABLE countries; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON TABLE ref.countries IS 'Countries and territories that numbers belong to.';

-- Name: COLUMN countries.code; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.countries.code IS 'ISO 3166-1 alpha-2 code.';

-- Name: COLUMN countries.name; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.countries.name IS 'Short English name.';

-- Name: COLUMN countries.calling_code; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.countries.calling_code IS 'Country calling code without the +; 1 is shared by the whole NANP.';

-- Name: emergency_codes; Type: TABLE; Schema: ref; Owner: -

CREATE TABLE ref.emergency_codes (
    country text NOT NULL,
    code text NOT NULL,
    kind ref.emergency_kind NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT emergency_code_is_short CHECK ((code ~ '^[0-9]{2,6}$'::text))
);

-- Name: TABLE emergency_codes; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON TABLE ref.emergency_codes IS 'Short codes of a country that are routed before any check of credit, limits or price, and are not charged.';

-- Name: COLUMN emergency_codes.country; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.emergency_codes.country IS 'The country whose dialling plan has the code.';

-- Name: COLUMN emergency_codes.code; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.emergency_codes.code IS 'The digits dialled.';

-- Name: COLUMN emergency_codes.kind; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.emergency_codes.kind IS 'emergency, test, crisis or relay.';

-- Name: COLUMN emergency_codes.name; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.emergency_codes.name IS 'What answers.';

-- Name: npa; Type: TABLE; Schema: ref; Owner: -

CREATE TABLE ref.npa (
    npa text NOT NULL,
    country text NOT NULL,
    region text,
    time_zones text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT npa_has_a_time_zone CHECK ((cardinality(time_zones) > 0)),
    CONSTRAINT npa_is_three_digits CHECK ((npa ~ '^[2-9][0-9]{2}$'::text))
);

-- Name: TABLE npa; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON TABLE ref.npa IS 'Area codes of the North American Numbering Plan with the state or province that decides a call''s jurisdiction. An area code that is not here is unknown, never "everywhere".';

-- Name: COLUMN npa.npa; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.npa.npa IS 'The three digits.';

-- Name: COLUMN npa.country; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.npa.country IS 'Country or territory; +1 alone does not say.';

-- Name: COLUMN npa.region; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.npa.region IS 'State, province or territory; NULL outside the US and Canada.';

-- Name: COLUMN npa.time_zones; Type: COMMENT; Schema: ref; Owner: -

COMMENT ON COLUMN ref.npa.time_zones IS 'IANA time zones that the area code spans.';

-- Name: account_partitions; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.account_partitions (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    partition_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY routing.account_partitions FORCE ROW LEVEL SECURITY;

-- Name: TABLE account_partitions; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.account_partitions IS 'Which partitions an account''s calls may use. An account with none may use every carrier trunk.';

-- Name: COLUMN account_partitions.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.account_partitions.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN account_partitions.account_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.account_partitions.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN account_partitions.partition_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.account_partitions.partition_id IS 'The partition.';

-- Name: COLUMN account_partitions.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.account_partitions.created_at IS 'When the row was made.';

-- Name: COLUMN account_partitions.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.account_partitions.updated_at IS 'When the row was last changed.';

-- Name: carrier_trunk_decks; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.carrier_trunk_decks (
    tenant_id uuid NOT NULL,
    carrier_trunk_id uuid NOT NULL,
    deck_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY routing.carrier_trunk_decks FORCE ROW LEVEL SECURITY;

-- Name: TABLE carrier_trunk_decks; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.carrier_trunk_decks IS 'Further carrier trunks that a deck is good for.';

-- Name: COLUMN carrier_trunk_decks.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunk_decks.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN carrier_trunk_decks.carrier_trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunk_decks.carrier_trunk_id IS 'The carrier trunk.';

-- Name: COLUMN carrier_trunk_decks.deck_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunk_decks.deck_id IS 'The deck.';

-- Name: COLUMN carrier_trunk_decks.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunk_decks.created_at IS 'When the row was made.';

-- Name: COLUMN carrier_trunk_decks.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunk_decks.updated_at IS 'When the row was last changed.';

-- Name: carrier_trunks; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.carrier_trunks (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    carrier_id uuid NOT NULL,
    name text NOT NULL,
    status routing.carrier_status DEFAULT 'active'::text NOT NULL,
    host text NOT NULL,
    port core.port DEFAULT 5060 NOT NULL,
    transport core.transport DEFAULT 'udp'::text NOT NULL,
    source_addresses cidr[] DEFAULT '{}'::cidr[] NOT NULL,
    source_port core.port,
    carries_outbound boolean DEFAULT true NOT NULL,
    carries_inbound boolean DEFAULT true NOT NULL,
    emergency_rank integer,
    emergency_country text,
    priority integer DEFAULT 100 NOT NULL,
    weight integer DEFAULT 100 NOT NULL,
    channels integer,
    cps integer,
    response_timeout_ms integer DEFAULT 2000 NOT NULL,
    ring_timeout_ms integer DEFAULT 60000 NOT NULL,
    reroutes_on_403 boolean DEFAULT false NOT NULL,
    reroutes_on_404 boolean DEFAULT false NOT NULL,
    tech_prefix text DEFAULT ''::text NOT NULL,
    number_format routing.number_format DEFAULT 'plus_e164'::text NOT NULL,
    identity_header routing.identity_header DEFAULT 'p_asserted_identity'::text NOT NULL,
    header_rules routing.header_rules DEFAULT '[]'::jsonb NOT NULL,
    auth_username text,
    auth_realm text,
    auth_secret_ref core.secret_ref,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT carrier_login_is_whole CHECK (((num_nulls(auth_username, auth_secret_ref) = ANY (ARRAY[0, 2])) AND ((auth_realm IS NULL) OR (auth_username IS NOT NULL)))),
    CONSTRAINT carrier_tech_prefix_is_dialable CHECK ((tech_prefix ~ '^[0-9*#]{0,16}$'::text)),
    CONSTRAINT carrier_trunk_channels_above_zero CHECK ((channels > 0)),
    CONSTRAINT carrier_trunk_cps_above_zero CHECK ((cps > 0)),
    CONSTRAINT carrier_trunk_weight_not_below_zero CHECK ((weight >= 0)),
    CONSTRAINT emergency_rank_above_zero CHECK ((emergency_rank > 0)),
    CONSTRAINT response_timeout_between_100_ms_and_32_s CHECK (((response_timeout_ms >= 100) AND (response_timeout_ms <= 32000))),
    CONSTRAINT ring_timeout_between_1_s_and_5_min CHECK (((ring_timeout_ms >= 1000) AND (ring_timeout_ms <= 300000)))
);

ALTER TABLE ONLY routing.carrier_trunks FORCE ROW LEVEL SECURITY;

-- Name: TABLE carrier_trunks; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.carrier_trunks IS 'SIP endpoints of carriers.';

-- Name: COLUMN carrier_trunks.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN carrier_trunks.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN carrier_trunks.carrier_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.carrier_id IS 'The carrier.';

-- Name: COLUMN carrier_trunks.name; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.name IS 'Name, unique within the tenant.';

-- Name: COLUMN carrier_trunks.status; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.status IS 'active or suspended.';

-- Name: COLUMN carrier_trunks.host; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.host IS 'Host name or address that calls are sent to.';

-- Name: COLUMN carrier_trunks.port; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.port IS 'Port that calls are sent to.';

-- Name: COLUMN carrier_trunks.transport; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.transport IS 'udp, tcp or tls.';

-- Name: COLUMN carrier_trunks.source_addresses; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.source_addresses IS 'Networks that the carrier calls us from. An address that is also a customer''s is decided by the called number.';

-- Name: COLUMN carrier_trunks.source_port; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.source_port IS 'Port that the carrier calls us from; NULL is any.';

-- Name: COLUMN carrier_trunks.carries_outbound; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.carries_outbound IS 'Whether least-cost routing may choose it.';

-- Name: COLUMN carrier_trunks.carries_inbound; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.carries_inbound IS 'Whether calls are accepted from it.';

-- Name: COLUMN carrier_trunks.emergency_rank; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.emergency_rank IS 'Order in which emergency calls try it, 1 first; NULL carries none.';

-- Name: COLUMN carrier_trunks.emergency_country; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.emergency_country IS 'Callers of which country it takes emergency calls from; NULL is any.';

-- Name: COLUMN carrier_trunks.priority; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.priority IS 'Among equal prices the lower goes first.';

-- Name: COLUMN carrier_trunks.weight; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.weight IS 'Among equal prices and priorities, its share.';

-- Name: COLUMN carrier_trunks.channels; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.channels IS 'Most calls at a time; NULL is no limit.';

-- Name: COLUMN carrier_trunks.cps; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.cps IS 'Most new calls a second; NULL is no limit.';

-- Name: COLUMN carrier_trunks.response_timeout_ms; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.response_timeout_ms IS 'How long to wait for any answer before the next route.';

-- Name: COLUMN carrier_trunks.ring_timeout_ms; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.ring_timeout_ms IS 'How long it may ring.';

-- Name: COLUMN carrier_trunks.reroutes_on_403; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.reroutes_on_403 IS 'Whether its 403 means that it has no route.';

-- Name: COLUMN carrier_trunks.reroutes_on_404; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.reroutes_on_404 IS 'Whether its 404 means that it has no route.';

-- Name: COLUMN carrier_trunks.tech_prefix; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.tech_prefix IS 'Digits put before the called number.';

-- Name: COLUMN carrier_trunks.number_format; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.number_format IS 'plus_e164, e164 or national.';

-- Name: COLUMN carrier_trunks.identity_header; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.identity_header IS 'p_asserted_identity, remote_party_id or none.';

-- Name: COLUMN carrier_trunks.header_rules; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.header_rules IS 'Header changes in calls to the carrier: [{"action": "add|remove", "header": "X-Name", "value": "text"}].';

-- Name: COLUMN carrier_trunks.auth_username; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.auth_username IS 'User name where the carrier asks for digest.';

-- Name: COLUMN carrier_trunks.auth_realm; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.auth_realm IS 'Realm expected in its challenge; NULL accepts any.';

-- Name: COLUMN carrier_trunks.auth_secret_ref; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.auth_secret_ref IS 'Where the password is kept.';

-- Name: COLUMN carrier_trunks.metadata; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN carrier_trunks.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.created_at IS 'When the row was made.';

-- Name: COLUMN carrier_trunks.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carrier_trunks.updated_at IS 'When the row was last changed.';

-- Name: carriers; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.carriers (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    vendor_carrier_id uuid,
    name text NOT NULL,
    status routing.carrier_status DEFAULT 'active'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY routing.carriers FORCE ROW LEVEL SECURITY;

-- Name: TABLE carriers; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.carriers IS 'Carriers that calls are handed to, the technical side of a vendor.';

-- Name: COLUMN carriers.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN carriers.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN carriers.vendor_carrier_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.vendor_carrier_id IS 'Its terms, in vendor_mgmt.carriers.';

-- Name: COLUMN carriers.name; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.name IS 'Name, unique within the tenant.';

-- Name: COLUMN carriers.status; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.status IS 'active or suspended; suspended stops all its trunks.';

-- Name: COLUMN carriers.metadata; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN carriers.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.created_at IS 'When the row was made.';

-- Name: COLUMN carriers.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.carriers.updated_at IS 'When the row was last changed.';

-- Name: decks; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.decks (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    carrier_trunk_id uuid NOT NULL,
    name text NOT NULL,
    status routing.deck_status DEFAULT 'active'::text NOT NULL,
    currency core.currency DEFAULT 'USD'::text NOT NULL,
    indeterminate_policy routing.indeterminate_policy DEFAULT 'own'::text NOT NULL,
    current_version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT deck_version_above_zero CHECK ((current_version > 0))
);

ALTER TABLE ONLY routing.decks FORCE ROW LEVEL SECURITY;

-- Name: TABLE decks; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.decks IS 'Price sheets of carriers.';

-- Name: COLUMN decks.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN decks.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN decks.carrier_trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.carrier_trunk_id IS 'The carrier trunk that it was bought for.';

-- Name: COLUMN decks.name; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.name IS 'Name, unique within the tenant.';

-- Name: COLUMN decks.status; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.status IS 'active or suspended.';

-- Name: COLUMN decks.currency; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.currency IS 'Currency of its prices. Calls that are sold in another one are not routed by it.';

-- Name: COLUMN decks.indeterminate_policy; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.indeterminate_policy IS 'own, intrastate, highest or interstate.';

-- Name: COLUMN decks.current_version; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.current_version IS 'Number of the sheet that was loaded last.';

-- Name: COLUMN decks.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.created_at IS 'When the row was made.';

-- Name: COLUMN decks.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.decks.updated_at IS 'When the row was last changed.';

-- Name: partition_carrier_trunks; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.partition_carrier_trunks (
    tenant_id uuid NOT NULL,
    partition_id uuid NOT NULL,
    carrier_trunk_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY routing.partition_carrier_trunks FORCE ROW LEVEL SECURITY;

-- Name: TABLE partition_carrier_trunks; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.partition_carrier_trunks IS 'Which carrier trunks are in a partition.';

-- Name: COLUMN partition_carrier_trunks.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partition_carrier_trunks.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN partition_carrier_trunks.partition_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partition_carrier_trunks.partition_id IS 'The partition.';

-- Name: COLUMN partition_carrier_trunks.carrier_trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partition_carrier_trunks.carrier_trunk_id IS 'The carrier trunk.';

-- Name: COLUMN partition_carrier_trunks.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partition_carrier_trunks.created_at IS 'When the row was made.';

-- Name: COLUMN partition_carrier_trunks.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partition_carrier_trunks.updated_at IS 'When the row was last changed.';

-- Name: partitions; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.partitions (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY routing.partitions FORCE ROW LEVEL SECURITY;

-- Name: TABLE partitions; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.partitions IS 'Named sets of carrier trunks.';

-- Name: COLUMN partitions.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partitions.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN partitions.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partitions.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN partitions.name; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partitions.name IS 'Name, unique within the tenant.';

-- Name: COLUMN partitions.description; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partitions.description IS 'What the set is for.';

-- Name: COLUMN partitions.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partitions.created_at IS 'When the row was made.';

-- Name: COLUMN partitions.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.partitions.updated_at IS 'When the row was last changed.';

-- Name: rate_deck; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.rate_deck (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    deck_id uuid NOT NULL,
    carrier_trunk_id uuid NOT NULL,
    deck_version integer DEFAULT 1 NOT NULL,
    prefix core.dial_prefix NOT NULL,
    destination text DEFAULT ''::text NOT NULL,
    rate core.rate,
    rate_interstate core.rate,
    rate_intrastate core.rate,
    rate_local core.rate,
    rate_indeterminate core.rate,
    initial_increment_s core.increment_s DEFAULT 6 NOT NULL,
    next_increment_s core.increment_s DEFAULT 6 NOT NULL,
    connect_fee core.rate DEFAULT 0 NOT NULL,
    blocked boolean DEFAULT false NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT deck_row_ends_after_it_starts CHECK ((valid_to > valid_from)),
    CONSTRAINT deck_row_has_a_price CHECK ((blocked OR (rate IS NOT NULL) OR (num_nulls(rate_interstate, rate_intrastate) = 0)))
);

ALTER TABLE ONLY routing.rate_deck FORCE ROW LEVEL SECURITY;

-- Name: TABLE rate_deck; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.rate_deck IS 'What a carrier charges by prefix of the called number. The longest prefix of a deck decides, also when it blocks. A NANP call takes the price of its jurisdiction where the row has one, every other call takes rate.';

-- Name: COLUMN rate_deck.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN rate_deck.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN rate_deck.deck_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.deck_id IS 'The deck.';

-- Name: COLUMN rate_deck.carrier_trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.carrier_trunk_id IS 'The carrier trunk that the deck belongs to.';

-- Name: COLUMN rate_deck.deck_version; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.deck_version IS 'The sheet that the row came with.';

-- Name: COLUMN rate_deck.prefix; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.prefix IS 'Leading digits of the called number.';

-- Name: COLUMN rate_deck.destination; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.destination IS 'What the carrier calls it.';

-- Name: COLUMN rate_deck.rate; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.rate IS 'Price per minute where no price of a jurisdiction applies.';

-- Name: COLUMN rate_deck.rate_interstate; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.rate_interstate IS 'Price per minute between states.';

-- Name: COLUMN rate_deck.rate_intrastate; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.rate_intrastate IS 'Price per minute within a state.';

-- Name: COLUMN rate_deck.rate_local; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.rate_local IS 'Price per minute within a local calling area; NULL takes intrastate.';

-- Name: COLUMN rate_deck.rate_indeterminate; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.rate_indeterminate IS 'Price per minute when a state is unknown; NULL follows the deck''s policy.';

-- Name: COLUMN rate_deck.initial_increment_s; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.initial_increment_s IS 'Least seconds charged for an answered call.';

-- Name: COLUMN rate_deck.next_increment_s; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.next_increment_s IS 'Seconds of each further step.';

-- Name: COLUMN rate_deck.connect_fee; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.connect_fee IS 'Charged once for an answered call.';

-- Name: COLUMN rate_deck.blocked; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.blocked IS 'The carrier does not take these numbers.';

-- Name: COLUMN rate_deck.valid_from; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.valid_from IS 'First instant that it holds.';

-- Name: COLUMN rate_deck.valid_to; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.valid_to IS 'First instant that it no longer holds; NULL is open.';

-- Name: COLUMN rate_deck.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.created_at IS 'When the row was made.';

-- Name: COLUMN rate_deck.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.rate_deck.updated_at IS 'When the row was last changed.';

-- Name: routing_requests; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.routing_requests (
    tenant_id uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    cdr_id uuid NOT NULL,
    edge_id text NOT NULL,
    call_id text NOT NULL,
    from_tag text NOT NULL,
    source text NOT NULL,
    direction core.call_direction NOT NULL,
    state routing.request_state NOT NULL,
    account_id uuid,
    trunk_id uuid,
    carrier_trunk_id uuid,
    caller text DEFAULT ''::text NOT NULL,
    callee text DEFAULT ''::text NOT NULL,
    from_number text,
    to_number text,
    jurisdiction core.jurisdiction,
    jurisdiction_reason text,
    code core.sip_code NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    rate_plan_id uuid,
    sell_rate_id uuid,
    hold_amount core.positive_amount,
    max_duration_s integer,
    routes jsonb DEFAULT '[]'::jsonb NOT NULL,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    snapshot_version bigint NOT NULL,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT request_ends_with_its_state CHECK ((((state)::text = 'open'::text) = (finished_at IS NULL)))
)
PARTITION BY RANGE (requested_at);

ALTER TABLE ONLY routing.routing_requests FORCE ROW LEVEL SECURITY;

-- Name: TABLE routing_requests; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.routing_requests IS 'What the router was asked for each call, what it answered and why. Calls from unknown sources belong to the unattributed tenant.';

-- Name: COLUMN routing_requests.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN routing_requests.requested_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.requested_at IS 'When the edge received the INVITE.';

-- Name: COLUMN routing_requests.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.id IS 'The routing id, made by the router; it also names the hold.';

-- Name: COLUMN routing_requests.cdr_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.cdr_id IS 'The CDR that the call will have.';

-- Name: COLUMN routing_requests.edge_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.edge_id IS 'The edge that asked.';

-- Name: COLUMN routing_requests.call_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.call_id IS 'Call-ID of the INVITE.';

-- Name: COLUMN routing_requests.from_tag; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.from_tag IS 'From tag of the INVITE.';

-- Name: COLUMN routing_requests.source; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.source IS 'Where the INVITE came from: address;port;transport.';

-- Name: COLUMN routing_requests.direction; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.direction IS 'outbound, inbound, emergency or unknown.';

-- Name: COLUMN routing_requests.state; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.state IS 'open, refused, finished or lost.';

-- Name: COLUMN routing_requests.account_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN routing_requests.trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.trunk_id IS 'The customer''s trunk: the caller''s, or the one that a DID rings.';

-- Name: COLUMN routing_requests.carrier_trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.carrier_trunk_id IS 'The carrier trunk that an inbound call came from.';

-- Name: COLUMN routing_requests.caller; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.caller IS 'The caller as signalled.';

-- Name: COLUMN routing_requests.callee; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.callee IS 'The called number as signalled.';

-- Name: COLUMN routing_requests.from_number; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.from_number IS 'The caller in E.164, where it could be made out.';

-- Name: COLUMN routing_requests.to_number; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.to_number IS 'The called number in E.164, where it could be made out; an emergency code stands in callee alone.';

-- Name: COLUMN routing_requests.jurisdiction; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.jurisdiction IS 'How the call is priced.';

-- Name: COLUMN routing_requests.jurisdiction_reason; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.jurisdiction_reason IS 'Why, with the two states.';

-- Name: COLUMN routing_requests.code; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.code IS '200 when routes were given, else the SIP code of the refusal.';

-- Name: COLUMN routing_requests.reason; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.reason IS 'The refusal in words.';

-- Name: COLUMN routing_requests.rate_plan_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.rate_plan_id IS 'Plan that the sell price is from.';

-- Name: COLUMN routing_requests.sell_rate_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.sell_rate_id IS 'Row of that plan.';

-- Name: COLUMN routing_requests.hold_amount; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.hold_amount IS 'Money held; NULL where none was.';

-- Name: COLUMN routing_requests.max_duration_s; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.max_duration_s IS 'Longest talk that the trunk allows and the hold that was wanted pays for; less money held, shorter.';

-- Name: COLUMN routing_requests.routes; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.routes IS 'The routes in the order that the edge tries them.';

-- Name: COLUMN routing_requests.reasons; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.reasons IS 'Every candidate with its price, and why it was taken or left.';

-- Name: COLUMN routing_requests.snapshot_version; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.snapshot_version IS 'Version of the routing data that the decision was made from.';

-- Name: COLUMN routing_requests.finished_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.finished_at IS 'When the request left the state open.';

-- Name: COLUMN routing_requests.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.created_at IS 'When the row was made.';

-- Name: COLUMN routing_requests.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.routing_requests.updated_at IS 'When the row was last changed.';

-- Name: routing_requests_default; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.routing_requests_default (
    tenant_id uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    cdr_id uuid NOT NULL,
    edge_id text NOT NULL,
    call_id text NOT NULL,
    from_tag text NOT NULL,
    source text NOT NULL,
    direction core.call_direction NOT NULL,
    state routing.request_state NOT NULL,
    account_id uuid,
    trunk_id uuid,
    carrier_trunk_id uuid,
    caller text DEFAULT ''::text NOT NULL,
    callee text DEFAULT ''::text NOT NULL,
    from_number text,
    to_number text,
    jurisdiction core.jurisdiction,
    jurisdiction_reason text,
    code core.sip_code NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    rate_plan_id uuid,
    sell_rate_id uuid,
    hold_amount core.positive_amount,
    max_duration_s integer,
    routes jsonb DEFAULT '[]'::jsonb NOT NULL,
    reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
    snapshot_version bigint NOT NULL,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT request_ends_with_its_state CHECK ((((state)::text = 'open'::text) = (finished_at IS NULL)))
);

-- Name: trunk_acl; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.trunk_acl (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid NOT NULL,
    trunk_id uuid NOT NULL,
    network cidr NOT NULL,
    port core.port,
    transport core.transport,
    tech_prefix text DEFAULT ''::text NOT NULL,
    source text GENERATED ALWAYS AS ((((((((network)::text || ' '::text) || COALESCE((port)::text, '*'::text)) || ' '::text) || COALESCE((transport)::text, '*'::text)) || ' '::text) || tech_prefix)) STORED,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT trunk_tech_prefix_is_dialable CHECK ((tech_prefix ~ '^[0-9*#]{0,16}$'::text))
);

ALTER TABLE ONLY routing.trunk_acl FORCE ROW LEVEL SECURITY;

-- Name: TABLE trunk_acl; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.trunk_acl IS 'Addresses that a trunk calls from. The longest network wins, then the longest tech prefix, then a row that names port or transport.';

-- Name: COLUMN trunk_acl.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN trunk_acl.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN trunk_acl.account_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN trunk_acl.trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.trunk_id IS 'The trunk.';

-- Name: COLUMN trunk_acl.network; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.network IS 'Network that its calls come from.';

-- Name: COLUMN trunk_acl.port; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.port IS 'Source port; NULL is any.';

-- Name: COLUMN trunk_acl.transport; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.transport IS 'udp, tcp or tls; NULL is any.';

-- Name: COLUMN trunk_acl.tech_prefix; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.tech_prefix IS 'Digits before the called number that tell trunks on one address apart; they are taken off.';

-- Name: COLUMN trunk_acl.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.created_at IS 'When the row was made.';

-- Name: COLUMN trunk_acl.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_acl.updated_at IS 'When the row was last changed.';

-- Name: trunk_credentials; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.trunk_credentials (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid NOT NULL,
    trunk_id uuid NOT NULL,
    username text NOT NULL,
    realm text NOT NULL,
    ha1_md5_ciphertext bytea,
    ha1_sha256_ciphertext bytea,
    key_id text NOT NULL,
    rotated_at timestamp with time zone DEFAULT now() NOT NULL,
    login text GENERATED ALWAYS AS (((username || '@'::text) || realm)) STORED,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credential_has_a_digest CHECK ((num_nonnulls(ha1_md5_ciphertext, ha1_sha256_ciphertext) > 0)),
    CONSTRAINT sip_username_is_one_word CHECK ((username ~ '^[A-Za-z0-9._-]{1,64}$'::text))
);

ALTER TABLE ONLY routing.trunk_credentials FORCE ROW LEVEL SECURITY;

-- Name: TABLE trunk_credentials; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.trunk_credentials IS 'Logins of trunks by digest. What is compared (HA1) is kept as ciphertext, one for each algorithm.';

-- Name: COLUMN trunk_credentials.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN trunk_credentials.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN trunk_credentials.account_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN trunk_credentials.trunk_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.trunk_id IS 'The trunk.';

-- Name: COLUMN trunk_credentials.username; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.username IS 'User name; unique with its realm on the platform.';

-- Name: COLUMN trunk_credentials.realm; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.realm IS 'Realm that the HA1 was made for.';

-- Name: COLUMN trunk_credentials.rotated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.rotated_at IS 'When the password was last changed.';

-- Name: COLUMN trunk_credentials.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.created_at IS 'When the row was made.';

-- Name: COLUMN trunk_credentials.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunk_credentials.updated_at IS 'When the row was last changed.';

-- Name: trunks; Type: TABLE; Schema: routing; Owner: -

CREATE TABLE routing.trunks (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    status routing.trunk_status DEFAULT 'active'::text NOT NULL,
    country text,
    channels integer,
    cps integer,
    max_duration_s integer DEFAULT 14400 NOT NULL,
    hold_s integer,
    requires_digest boolean DEFAULT false NOT NULL,
    caller_id_policy routing.caller_id_policy DEFAULT 'listed'::text NOT NULL,
    allowed_caller_ids core.e164[] DEFAULT '{}'::core.e164[] NOT NULL,
    default_caller_id core.e164,
    trusts_identity boolean DEFAULT true NOT NULL,
    header_rules routing.header_rules DEFAULT '[]'::jsonb NOT NULL,
    host text,
    port core.port,
    transport core.transport DEFAULT 'udp'::text NOT NULL,
    number_format routing.number_format DEFAULT 'plus_e164'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT fixed_caller_id_is_given CHECK ((((caller_id_policy)::text <> 'fixed'::text) OR (default_caller_id IS NOT NULL))),
    CONSTRAINT max_duration_between_1_s_and_a_day CHECK (((max_duration_s >= 1) AND (max_duration_s <= 86400))),
    CONSTRAINT trunk_channels_above_zero CHECK ((channels > 0)),
    CONSTRAINT trunk_cps_above_zero CHECK ((cps > 0)),
    CONSTRAINT trunk_hold_between_1_s_and_a_day CHECK (((hold_s >= 1) AND (hold_s <= 86400)))
);

ALTER TABLE ONLY routing.trunks FORCE ROW LEVEL SECURITY;

-- Name: TABLE trunks; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON TABLE routing.trunks IS 'SIP trunks of customers: what they may do, and where their inbound calls go.';

-- Name: COLUMN trunks.tenant_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN trunks.id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN trunks.account_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.account_id IS 'The customer account that the row belongs to.';

-- Name: COLUMN trunks.name; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.name IS 'Name, unique within the account.';

-- Name: COLUMN trunks.status; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.status IS 'active, suspended or closed. A suspended trunk still calls emergency codes.';

-- Name: COLUMN trunks.country; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.country IS 'Whose dialling plan and emergency codes its calls follow; NULL: those of the account''s country.';

-- Name: COLUMN trunks.channels; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.channels IS 'Most calls at a time; NULL is no limit.';

-- Name: COLUMN trunks.cps; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.cps IS 'Most new calls a second; NULL is no limit.';

-- Name: COLUMN trunks.max_duration_s; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.max_duration_s IS 'Longest call.';

-- Name: COLUMN trunks.hold_s; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.hold_s IS 'Seconds of talk that a call holds money for; NULL takes the rate plan''s.';

-- Name: COLUMN trunks.requires_digest; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.requires_digest IS 'Whether a known address must log in as well.';

-- Name: COLUMN trunks.caller_id_policy; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.caller_id_policy IS 'any, listed or fixed.';

-- Name: COLUMN trunks.allowed_caller_ids; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.allowed_caller_ids IS 'Numbers it may show besides the DIDs of its account.';

-- Name: COLUMN trunks.default_caller_id; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.default_caller_id IS 'Number shown instead of one that it may not show.';

-- Name: COLUMN trunks.trusts_identity; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.trusts_identity IS 'Whether its P-Asserted-Identity and Remote-Party-ID are read; else From alone. Emergency calls always read them.';

-- Name: COLUMN trunks.header_rules; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.header_rules IS 'Header changes in inbound calls to it: [{"action": "add|remove", "header": "X-Name", "value": "text"}].';

-- Name: COLUMN trunks.host; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.host IS 'Host that inbound calls are sent to; NULL takes none.';

-- Name: COLUMN trunks.port; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.port IS 'Port that inbound calls are sent to; NULL is the transport''s own: 5060, and 5061 for tls.';

-- Name: COLUMN trunks.transport; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.transport IS 'udp, tcp or tls, for inbound calls.';

-- Name: COLUMN trunks.number_format; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.number_format IS 'How inbound calls write numbers: plus_e164, e164 or national.';

-- Name: COLUMN trunks.metadata; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN trunks.created_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.created_at IS 'When the row was made.';

-- Name: COLUMN trunks.updated_at; Type: COMMENT; Schema: routing; Owner: -

COMMENT ON COLUMN routing.trunks.updated_at IS 'When the row was last changed.';

-- Name: carriers; Type: TABLE; Schema: vendor_mgmt; Owner: -

CREATE TABLE vendor_mgmt.carriers (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    vendor_id uuid NOT NULL,
    ocn text,
    currency core.currency DEFAULT 'USD'::text NOT NULL,
    payment_terms_days integer DEFAULT 30 NOT NULL,
    credit_limit core.amount DEFAULT 0 NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT carrier_credit_limit_not_below_zero CHECK (((credit_limit)::numeric >= (0)::numeric)),
    CONSTRAINT ocn_is_four_characters CHECK ((ocn ~ '^[0-9A-Z]{4}$'::text)),
    CONSTRAINT payment_terms_not_below_zero CHECK ((payment_terms_days >= 0))
);

ALTER TABLE ONLY vendor_mgmt.carriers FORCE ROW LEVEL SECURITY;

-- Name: TABLE carriers; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON TABLE vendor_mgmt.carriers IS 'Terms with a vendor that carries calls.';

-- Name: COLUMN carriers.tenant_id; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN carriers.id; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN carriers.vendor_id; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.vendor_id IS 'The vendor.';

-- Name: COLUMN carriers.ocn; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.ocn IS 'Operating company number, four characters.';

-- Name: COLUMN carriers.currency; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.currency IS 'Currency of its invoices and decks.';

-- Name: COLUMN carriers.payment_terms_days; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.payment_terms_days IS 'Days to pay an invoice.';

-- Name: COLUMN carriers.credit_limit; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.credit_limit IS 'What we may owe it at most.';

-- Name: COLUMN carriers.metadata; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN carriers.created_at; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.created_at IS 'When the row was made.';

-- Name: COLUMN carriers.updated_at; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.carriers.updated_at IS 'When the row was last changed.';

-- Name: vendors; Type: TABLE; Schema: vendor_mgmt; Owner: -

CREATE TABLE vendor_mgmt.vendors (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT core.uuid_v7() NOT NULL,
    name text NOT NULL,
    status vendor_mgmt.vendor_status DEFAULT 'active'::text NOT NULL,
    country text DEFAULT 'US'::text NOT NULL,
    noc_email text,
    noc_phone core.e164,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY vendor_mgmt.vendors FORCE ROW LEVEL SECURITY;

-- Name: TABLE vendors; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON TABLE vendor_mgmt.vendors IS 'Companies that the tenant buys from.';

-- Name: COLUMN vendors.tenant_id; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.tenant_id IS 'The operator that owns the row.';

-- Name: COLUMN vendors.id; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.id IS 'Identifier, unique within the tenant.';

-- Name: COLUMN vendors.name; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.name IS 'Name, unique within the tenant.';

-- Name: COLUMN vendors.status; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.status IS 'active, suspended or ended.';

-- Name: COLUMN vendors.country; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.country IS 'Where it sits.';

-- Name: COLUMN vendors.noc_email; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.noc_email IS 'Where to write when calls fail.';

-- Name: COLUMN vendors.noc_phone; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.noc_phone IS 'Where to call when calls fail.';

-- Name: COLUMN vendors.metadata; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.metadata IS 'Anything else worth keeping, as the operator likes.';

-- Name: COLUMN vendors.created_at; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.created_at IS 'When the row was made.';

-- Name: COLUMN vendors.updated_at; Type: COMMENT; Schema: vendor_mgmt; Owner: -

COMMENT ON COLUMN vendor_mgmt.vendors.updated_at IS 'When the row was last changed.';

-- Name: audit_log_default; Type: TABLE ATTACH; Schema: audit; Owner: -

ALTER TABLE ONLY audit.audit_log ATTACH PARTITION audit.audit_log_default DEFAULT;

-- Name: enriched_cdr_default; Type: TABLE ATTACH; Schema: cdr; Owner: -

ALTER TABLE ONLY cdr.enriched_cdr ATTACH PARTITION cdr.enriched_cdr_default DEFAULT;

-- Name: raw_cdr_default; Type: TABLE ATTACH; Schema: cdr; Owner: -

ALTER TABLE ONLY cdr.raw_cdr ATTACH PARTITION cdr.raw_cdr_default DEFAULT;

-- Name: routing_requests_default; Type: TABLE ATTACH; Schema: routing; Owner: -

ALTER TABLE ONLY routing.routing_requests ATTACH PARTITION routing.routing_requests_default DEFAULT;

-- Name: account_hierarchy account_hierarchy_pkey; Type: CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.account_hierarchy
    ADD CONSTRAINT account_hierarchy_pkey PRIMARY KEY (tenant_id, ancestor_account_id, descendant_account_id);

-- Name: accounts account_is_known_with_its_currency; Type: CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT account_is_known_with_its_currency UNIQUE (tenant_id, id, currency);

-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (tenant_id, id);

-- Name: accounts ban_is_taken_once; Type: CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT ban_is_taken_once UNIQUE (tenant_id, ban);

-- Name: contacts contacts_pkey; Type: CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (tenant_id, id);

-- Name: audit_log audit_log_pkey; Type: CONSTRAINT; Schema: audit; Owner: -

ALTER TABLE ONLY audit.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (tenant_id, occurred_at, id);

-- Name: audit_log_default audit_log_default_pkey; Type: CONSTRAINT; Schema: audit; Owner: -

ALTER TABLE ONLY audit.audit_log_default
    ADD CONSTRAINT audit_log_default_pkey PRIMARY KEY (tenant_id, occurred_at, id);

-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id);

-- Name: users email_is_taken_once; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT email_is_taken_once UNIQUE (tenant_id, email);

-- Name: api_keys key_prefix_is_taken_once; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.api_keys
    ADD CONSTRAINT key_prefix_is_taken_once UNIQUE (tenant_id, key_prefix);

-- Name: permissions permissions_pkey; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.permissions
    ADD CONSTRAINT permissions_pkey PRIMARY KEY (name);

-- Name: roles role_name_is_taken_once; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.roles
    ADD CONSTRAINT role_name_is_taken_once UNIQUE (tenant_id, name);

-- Name: role_permissions role_permissions_pkey; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.role_permissions
    ADD CONSTRAINT role_permissions_pkey PRIMARY KEY (tenant_id, role_id, permission);

-- Name: roles roles_pkey; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (tenant_id, id);

-- Name: user_roles user_roles_pkey; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.user_roles
    ADD CONSTRAINT user_roles_pkey PRIMARY KEY (tenant_id, user_id, role_id);

-- Name: users users_pkey; Type: CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (tenant_id, id);

-- Name: account_balance account_balance_pkey; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_balance
    ADD CONSTRAINT account_balance_pkey PRIMARY KEY (tenant_id, account_id);

-- Name: account_rate_plan account_has_one_plan_at_a_time; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_rate_plan
    ADD CONSTRAINT account_has_one_plan_at_a_time EXCLUDE USING gist (tenant_id WITH =, account_id WITH =, tstzrange(valid_from, valid_to) WITH &&);

-- Name: account_rate_plan account_rate_plan_pkey; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_rate_plan
    ADD CONSTRAINT account_rate_plan_pkey PRIMARY KEY (tenant_id, id);

-- Name: holds holds_pkey; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (tenant_id, id);

-- Name: ledger ledger_pkey; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (tenant_id, id);

-- Name: rate_plans plan_is_known_with_its_currency; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.rate_plans
    ADD CONSTRAINT plan_is_known_with_its_currency UNIQUE (tenant_id, id, currency);

-- Name: rate_plans plan_name_is_taken_once; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.rate_plans
    ADD CONSTRAINT plan_name_is_taken_once UNIQUE (tenant_id, name);

-- Name: voice_rates plan_prefix_starts_once; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.voice_rates
    ADD CONSTRAINT plan_prefix_starts_once UNIQUE (tenant_id, rate_plan_id, direction, prefix, valid_from);

-- Name: rate_plans rate_plans_pkey; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.rate_plans
    ADD CONSTRAINT rate_plans_pkey PRIMARY KEY (tenant_id, id);

-- Name: ledger source_is_posted_once; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.ledger
    ADD CONSTRAINT source_is_posted_once UNIQUE (tenant_id, source, source_id);

-- Name: voice_rates voice_rates_pkey; Type: CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.voice_rates
    ADD CONSTRAINT voice_rates_pkey PRIMARY KEY (tenant_id, id);

-- Name: enriched_cdr enriched_cdr_pkey; Type: CONSTRAINT; Schema: cdr; Owner: -

ALTER TABLE ONLY cdr.enriched_cdr
    ADD CONSTRAINT enriched_cdr_pkey PRIMARY KEY (tenant_id, started_at, id);

-- Name: enriched_cdr_default enriched_cdr_default_pkey; Type: CONSTRAINT; Schema: cdr; Owner: -

ALTER TABLE ONLY cdr.enriched_cdr_default
    ADD CONSTRAINT enriched_cdr_default_pkey PRIMARY KEY (tenant_id, started_at, id);

-- Name: raw_cdr raw_cdr_pkey; Type: CONSTRAINT; Schema: cdr; Owner: -

ALTER TABLE ONLY cdr.raw_cdr
    ADD CONSTRAINT raw_cdr_pkey PRIMARY KEY (tenant_id, started_at, id);

-- Name: raw_cdr_default raw_cdr_default_pkey; Type: CONSTRAINT; Schema: cdr; Owner: -

ALTER TABLE ONLY cdr.raw_cdr_default
    ADD CONSTRAINT raw_cdr_default_pkey PRIMARY KEY (tenant_id, started_at, id);

-- Name: global_claims global_claims_pkey; Type: CONSTRAINT; Schema: core; Owner: -

ALTER TABLE ONLY core.global_claims
    ADD CONSTRAINT global_claims_pkey PRIMARY KEY (kind, value);

-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: core; Owner: -

ALTER TABLE ONLY core.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);

-- Name: tenants slug_is_taken_once; Type: CONSTRAINT; Schema: core; Owner: -

ALTER TABLE ONLY core.tenants
    ADD CONSTRAINT slug_is_taken_once UNIQUE (slug);

-- Name: snapshot_versions snapshot_versions_pkey; Type: CONSTRAINT; Schema: core; Owner: -

ALTER TABLE ONLY core.snapshot_versions
    ADD CONSTRAINT snapshot_versions_pkey PRIMARY KEY (name);

-- Name: tenants tenants_pkey; Type: CONSTRAINT; Schema: core; Owner: -

ALTER TABLE ONLY core.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);

-- Name: dids did_number_is_taken_once; Type: CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.dids
    ADD CONSTRAINT did_number_is_taken_once UNIQUE (tenant_id, number);

-- Name: dids dids_pkey; Type: CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.dids
    ADD CONSTRAINT dids_pkey PRIMARY KEY (tenant_id, id);

-- Name: inventory inventory_number_is_taken_once; Type: CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.inventory
    ADD CONSTRAINT inventory_number_is_taken_once UNIQUE (tenant_id, number);

-- Name: inventory inventory_pkey; Type: CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.inventory
    ADD CONSTRAINT inventory_pkey PRIMARY KEY (tenant_id, id);

-- Name: countries countries_pkey; Type: CONSTRAINT; Schema: ref; Owner: -

ALTER TABLE ONLY ref.countries
    ADD CONSTRAINT countries_pkey PRIMARY KEY (code);

-- Name: emergency_codes emergency_codes_pkey; Type: CONSTRAINT; Schema: ref; Owner: -

ALTER TABLE ONLY ref.emergency_codes
    ADD CONSTRAINT emergency_codes_pkey PRIMARY KEY (country, code);

-- Name: npa npa_pkey; Type: CONSTRAINT; Schema: ref; Owner: -

ALTER TABLE ONLY ref.npa
    ADD CONSTRAINT npa_pkey PRIMARY KEY (npa);

-- Name: account_partitions account_partitions_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.account_partitions
    ADD CONSTRAINT account_partitions_pkey PRIMARY KEY (tenant_id, account_id, partition_id);

-- Name: carriers carrier_name_is_taken_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carriers
    ADD CONSTRAINT carrier_name_is_taken_once UNIQUE (tenant_id, name);

-- Name: carrier_trunk_decks carrier_trunk_decks_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunk_decks
    ADD CONSTRAINT carrier_trunk_decks_pkey PRIMARY KEY (tenant_id, carrier_trunk_id, deck_id);

-- Name: carrier_trunks carrier_trunk_name_is_taken_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunks
    ADD CONSTRAINT carrier_trunk_name_is_taken_once UNIQUE (tenant_id, name);

-- Name: carrier_trunks carrier_trunks_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunks
    ADD CONSTRAINT carrier_trunks_pkey PRIMARY KEY (tenant_id, id);

-- Name: carriers carriers_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carriers
    ADD CONSTRAINT carriers_pkey PRIMARY KEY (tenant_id, id);

-- Name: decks deck_is_known_with_its_trunk; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.decks
    ADD CONSTRAINT deck_is_known_with_its_trunk UNIQUE (tenant_id, id, carrier_trunk_id);

-- Name: decks deck_name_is_taken_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.decks
    ADD CONSTRAINT deck_name_is_taken_once UNIQUE (tenant_id, name);

-- Name: rate_deck deck_prefix_starts_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.rate_deck
    ADD CONSTRAINT deck_prefix_starts_once UNIQUE (tenant_id, deck_id, prefix, valid_from);

-- Name: decks decks_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.decks
    ADD CONSTRAINT decks_pkey PRIMARY KEY (tenant_id, id);

-- Name: partition_carrier_trunks partition_carrier_trunks_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.partition_carrier_trunks
    ADD CONSTRAINT partition_carrier_trunks_pkey PRIMARY KEY (tenant_id, partition_id, carrier_trunk_id);

-- Name: partitions partition_name_is_taken_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.partitions
    ADD CONSTRAINT partition_name_is_taken_once UNIQUE (tenant_id, name);

-- Name: partitions partitions_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.partitions
    ADD CONSTRAINT partitions_pkey PRIMARY KEY (tenant_id, id);

-- Name: rate_deck rate_deck_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.rate_deck
    ADD CONSTRAINT rate_deck_pkey PRIMARY KEY (tenant_id, id);

-- Name: routing_requests routing_requests_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.routing_requests
    ADD CONSTRAINT routing_requests_pkey PRIMARY KEY (tenant_id, requested_at, id);

-- Name: routing_requests_default routing_requests_default_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.routing_requests_default
    ADD CONSTRAINT routing_requests_default_pkey PRIMARY KEY (tenant_id, requested_at, id);

-- Name: trunk_credentials sip_login_is_taken_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_credentials
    ADD CONSTRAINT sip_login_is_taken_once UNIQUE (tenant_id, login);

-- Name: trunk_acl trunk_acl_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_acl
    ADD CONSTRAINT trunk_acl_pkey PRIMARY KEY (tenant_id, id);

-- Name: trunk_credentials trunk_credentials_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_credentials
    ADD CONSTRAINT trunk_credentials_pkey PRIMARY KEY (tenant_id, id);

-- Name: trunks trunk_is_known_with_its_account; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunks
    ADD CONSTRAINT trunk_is_known_with_its_account UNIQUE (tenant_id, id, account_id);

-- Name: trunks trunk_name_is_taken_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunks
    ADD CONSTRAINT trunk_name_is_taken_once UNIQUE (tenant_id, account_id, name);

-- Name: trunk_acl trunk_source_is_taken_once; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_acl
    ADD CONSTRAINT trunk_source_is_taken_once UNIQUE (tenant_id, source);

-- Name: trunks trunks_pkey; Type: CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunks
    ADD CONSTRAINT trunks_pkey PRIMARY KEY (tenant_id, id);

-- Name: carriers carriers_pkey; Type: CONSTRAINT; Schema: vendor_mgmt; Owner: -

ALTER TABLE ONLY vendor_mgmt.carriers
    ADD CONSTRAINT carriers_pkey PRIMARY KEY (tenant_id, id);

-- Name: vendors vendor_name_is_taken_once; Type: CONSTRAINT; Schema: vendor_mgmt; Owner: -

ALTER TABLE ONLY vendor_mgmt.vendors
    ADD CONSTRAINT vendor_name_is_taken_once UNIQUE (tenant_id, name);

-- Name: vendors vendors_pkey; Type: CONSTRAINT; Schema: vendor_mgmt; Owner: -

ALTER TABLE ONLY vendor_mgmt.vendors
    ADD CONSTRAINT vendors_pkey PRIMARY KEY (tenant_id, id);

-- Name: account_hierarchy_of_descendant; Type: INDEX; Schema: accounts; Owner: -

CREATE INDEX account_hierarchy_of_descendant ON accounts.account_hierarchy USING btree (tenant_id, descendant_account_id, depth);

-- Name: accounts_by_status; Type: INDEX; Schema: accounts; Owner: -

CREATE INDEX accounts_by_status ON accounts.accounts USING btree (tenant_id, status);

-- Name: accounts_of_country; Type: INDEX; Schema: accounts; Owner: -

CREATE INDEX accounts_of_country ON accounts.accounts USING btree (country);

-- Name: accounts_of_parent; Type: INDEX; Schema: accounts; Owner: -

CREATE INDEX accounts_of_parent ON accounts.accounts USING btree (tenant_id, parent_account_id);

-- Name: contacts_of_account; Type: INDEX; Schema: accounts; Owner: -

CREATE INDEX contacts_of_account ON accounts.contacts USING btree (tenant_id, account_id);

-- Name: audit_log_of_account; Type: INDEX; Schema: audit; Owner: -

CREATE INDEX audit_log_of_account ON ONLY audit.audit_log USING btree (tenant_id, account_id, occurred_at);

-- Name: audit_log_default_tenant_id_account_id_occurred_at_idx; Type: INDEX; Schema: audit; Owner: -

CREATE INDEX audit_log_default_tenant_id_account_id_occurred_at_idx ON audit.audit_log_default USING btree (tenant_id, account_id, occurred_at);

-- Name: audit_log_of_object; Type: INDEX; Schema: audit; Owner: -

CREATE INDEX audit_log_of_object ON ONLY audit.audit_log USING btree (tenant_id, object, object_id, occurred_at);

-- Name: audit_log_default_tenant_id_object_object_id_occurred_at_idx; Type: INDEX; Schema: audit; Owner: -

CREATE INDEX audit_log_default_tenant_id_object_object_id_occurred_at_idx ON audit.audit_log_default USING btree (tenant_id, object, object_id, occurred_at);

-- Name: api_keys_of_account; Type: INDEX; Schema: auth; Owner: -

CREATE INDEX api_keys_of_account ON auth.api_keys USING btree (tenant_id, account_id);

-- Name: api_keys_of_user; Type: INDEX; Schema: auth; Owner: -

CREATE INDEX api_keys_of_user ON auth.api_keys USING btree (tenant_id, user_id);

-- Name: role_permissions_of_permission; Type: INDEX; Schema: auth; Owner: -

CREATE INDEX role_permissions_of_permission ON auth.role_permissions USING btree (permission);

-- Name: user_roles_of_role; Type: INDEX; Schema: auth; Owner: -

CREATE INDEX user_roles_of_role ON auth.user_roles USING btree (tenant_id, role_id);

-- Name: users_of_account; Type: INDEX; Schema: auth; Owner: -

CREATE INDEX users_of_account ON auth.users USING btree (tenant_id, account_id);

-- Name: account_rate_plan_of_account; Type: INDEX; Schema: billing; Owner: -

CREATE INDEX account_rate_plan_of_account ON billing.account_rate_plan USING btree (tenant_id, account_id, currency, valid_from);

-- Name: account_rate_plan_of_plan; Type: INDEX; Schema: billing; Owner: -

CREATE INDEX account_rate_plan_of_plan ON billing.account_rate_plan USING btree (tenant_id, rate_plan_id, currency);

-- Name: holds_of_account; Type: INDEX; Schema: billing; Owner: -

CREATE INDEX holds_of_account ON billing.holds USING btree (tenant_id, account_id, created_at);

-- Name: holds_open; Type: INDEX; Schema: billing; Owner: -

CREATE INDEX holds_open ON billing.holds USING btree (tenant_id, account_id) INCLUDE (amount) WHERE ((state)::text = 'open'::text);

-- Name: ledger_of_account; Type: INDEX; Schema: billing; Owner: -

CREATE INDEX ledger_of_account ON billing.ledger USING btree (tenant_id, account_id, posted_at);

-- Name: enriched_cdr_as_posted; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_as_posted ON ONLY cdr.enriched_cdr USING btree (tenant_id, posted_at, id);

-- Name: enriched_cdr_unposted; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_unposted ON ONLY cdr.enriched_cdr USING btree (started_at, tenant_id, id) WHERE (posted_at IS NULL);

-- Name: enriched_cdr_default_started_at_tenant_id_id_idx; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_default_started_at_tenant_id_id_idx ON cdr.enriched_cdr_default USING btree (started_at, tenant_id, id) WHERE (posted_at IS NULL);

-- Name: enriched_cdr_of_account; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_of_account ON ONLY cdr.enriched_cdr USING btree (tenant_id, account_id, started_at);

-- Name: enriched_cdr_default_tenant_id_account_id_started_at_idx; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_default_tenant_id_account_id_started_at_idx ON cdr.enriched_cdr_default USING btree (tenant_id, account_id, started_at);

-- Name: enriched_cdr_of_carrier_trunk; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_of_carrier_trunk ON ONLY cdr.enriched_cdr USING btree (tenant_id, carrier_trunk_id, started_at);

-- Name: enriched_cdr_default_tenant_id_carrier_trunk_id_started_at_idx; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_default_tenant_id_carrier_trunk_id_started_at_idx ON cdr.enriched_cdr_default USING btree (tenant_id, carrier_trunk_id, started_at);

-- Name: enriched_cdr_default_tenant_id_posted_at_id_idx; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX enriched_cdr_default_tenant_id_posted_at_id_idx ON cdr.enriched_cdr_default USING btree (tenant_id, posted_at, id);

-- Name: raw_cdr_unprocessed; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX raw_cdr_unprocessed ON ONLY cdr.raw_cdr USING btree (started_at, tenant_id, id) WHERE ((processed_at IS NULL) AND (rating_error IS NULL));

-- Name: raw_cdr_default_started_at_tenant_id_id_idx; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX raw_cdr_default_started_at_tenant_id_id_idx ON cdr.raw_cdr_default USING btree (started_at, tenant_id, id) WHERE ((processed_at IS NULL) AND (rating_error IS NULL));

-- Name: raw_cdr_of_account; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX raw_cdr_of_account ON ONLY cdr.raw_cdr USING btree (tenant_id, account_id, started_at);

-- Name: raw_cdr_default_tenant_id_account_id_started_at_idx; Type: INDEX; Schema: cdr; Owner: -

CREATE INDEX raw_cdr_default_tenant_id_account_id_started_at_idx ON cdr.raw_cdr_default USING btree (tenant_id, account_id, started_at);

-- Name: global_claims_of_tenant; Type: INDEX; Schema: core; Owner: -

CREATE INDEX global_claims_of_tenant ON core.global_claims USING btree (tenant_id);

-- Name: dids_of_account; Type: INDEX; Schema: numbers; Owner: -

CREATE INDEX dids_of_account ON numbers.dids USING btree (tenant_id, account_id);

-- Name: dids_of_trunk; Type: INDEX; Schema: numbers; Owner: -

CREATE INDEX dids_of_trunk ON numbers.dids USING btree (tenant_id, trunk_id, account_id);

-- Name: inventory_by_status; Type: INDEX; Schema: numbers; Owner: -

CREATE INDEX inventory_by_status ON numbers.inventory USING btree (tenant_id, status, country, region);

-- Name: inventory_of_country; Type: INDEX; Schema: numbers; Owner: -

CREATE INDEX inventory_of_country ON numbers.inventory USING btree (country);

-- Name: inventory_of_vendor; Type: INDEX; Schema: numbers; Owner: -

CREATE INDEX inventory_of_vendor ON numbers.inventory USING btree (tenant_id, vendor_id);

-- Name: npa_of_country; Type: INDEX; Schema: ref; Owner: -

CREATE INDEX npa_of_country ON ref.npa USING btree (country, region);

-- Name: account_partitions_of_partition; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX account_partitions_of_partition ON routing.account_partitions USING btree (tenant_id, partition_id);

-- Name: carrier_trunk_decks_of_deck; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX carrier_trunk_decks_of_deck ON routing.carrier_trunk_decks USING btree (tenant_id, deck_id);

-- Name: carrier_trunks_of_carrier; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX carrier_trunks_of_carrier ON routing.carrier_trunks USING btree (tenant_id, carrier_id);

-- Name: carrier_trunks_of_emergency_country; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX carrier_trunks_of_emergency_country ON routing.carrier_trunks USING btree (emergency_country);

-- Name: carriers_of_vendor_carrier; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX carriers_of_vendor_carrier ON routing.carriers USING btree (tenant_id, vendor_carrier_id);

-- Name: decks_of_carrier_trunk; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX decks_of_carrier_trunk ON routing.decks USING btree (tenant_id, carrier_trunk_id);

-- Name: partition_carrier_trunks_of_carrier_trunk; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX partition_carrier_trunks_of_carrier_trunk ON routing.partition_carrier_trunks USING btree (tenant_id, carrier_trunk_id);

-- Name: rate_deck_of_carrier_trunk; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX rate_deck_of_carrier_trunk ON routing.rate_deck USING btree (tenant_id, carrier_trunk_id, prefix);

-- Name: rate_deck_of_deck; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX rate_deck_of_deck ON routing.rate_deck USING btree (tenant_id, deck_id, carrier_trunk_id);

-- Name: routing_requests_by_id; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX routing_requests_by_id ON ONLY routing.routing_requests USING btree (tenant_id, id);

-- Name: routing_requests_of_account; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX routing_requests_of_account ON ONLY routing.routing_requests USING btree (tenant_id, account_id, requested_at);

-- Name: routing_requests_default_tenant_id_account_id_requested_at_idx; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX routing_requests_default_tenant_id_account_id_requested_at_idx ON routing.routing_requests_default USING btree (tenant_id, account_id, requested_at);

-- Name: routing_requests_default_tenant_id_id_idx; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX routing_requests_default_tenant_id_id_idx ON routing.routing_requests_default USING btree (tenant_id, id);

-- Name: routing_requests_open; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX routing_requests_open ON ONLY routing.routing_requests USING btree (tenant_id, requested_at) WHERE ((state)::text = 'open'::text);

-- Name: routing_requests_default_tenant_id_requested_at_idx; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX routing_requests_default_tenant_id_requested_at_idx ON routing.routing_requests_default USING btree (tenant_id, requested_at) WHERE ((state)::text = 'open'::text);

-- Name: trunk_acl_of_account; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX trunk_acl_of_account ON routing.trunk_acl USING btree (tenant_id, account_id);

-- Name: trunk_acl_of_trunk; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX trunk_acl_of_trunk ON routing.trunk_acl USING btree (tenant_id, trunk_id, account_id);

-- Name: trunk_credentials_of_account; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX trunk_credentials_of_account ON routing.trunk_credentials USING btree (tenant_id, account_id);

-- Name: trunk_credentials_of_trunk; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX trunk_credentials_of_trunk ON routing.trunk_credentials USING btree (tenant_id, trunk_id, account_id);

-- Name: trunks_of_country; Type: INDEX; Schema: routing; Owner: -

CREATE INDEX trunks_of_country ON routing.trunks USING btree (country);

-- Name: carriers_of_vendor; Type: INDEX; Schema: vendor_mgmt; Owner: -

CREATE INDEX carriers_of_vendor ON vendor_mgmt.carriers USING btree (tenant_id, vendor_id);

-- Name: vendors_of_country; Type: INDEX; Schema: vendor_mgmt; Owner: -

CREATE INDEX vendors_of_country ON vendor_mgmt.vendors USING btree (country);

-- Name: audit_log_default_pkey; Type: INDEX ATTACH; Schema: audit; Owner: -

ALTER INDEX audit.audit_log_pkey ATTACH PARTITION audit.audit_log_default_pkey;

-- Name: audit_log_default_tenant_id_account_id_occurred_at_idx; Type: INDEX ATTACH; Schema: audit; Owner: -

ALTER INDEX audit.audit_log_of_account ATTACH PARTITION audit.audit_log_default_tenant_id_account_id_occurred_at_idx;

-- Name: audit_log_default_tenant_id_object_object_id_occurred_at_idx; Type: INDEX ATTACH; Schema: audit; Owner: -

ALTER INDEX audit.audit_log_of_object ATTACH PARTITION audit.audit_log_default_tenant_id_object_object_id_occurred_at_idx;

-- Name: enriched_cdr_default_pkey; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.enriched_cdr_pkey ATTACH PARTITION cdr.enriched_cdr_default_pkey;

-- Name: enriched_cdr_default_started_at_tenant_id_id_idx; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.enriched_cdr_unposted ATTACH PARTITION cdr.enriched_cdr_default_started_at_tenant_id_id_idx;

-- Name: enriched_cdr_default_tenant_id_account_id_started_at_idx; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.enriched_cdr_of_account ATTACH PARTITION cdr.enriched_cdr_default_tenant_id_account_id_started_at_idx;

-- Name: enriched_cdr_default_tenant_id_carrier_trunk_id_started_at_idx; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.enriched_cdr_of_carrier_trunk ATTACH PARTITION cdr.enriched_cdr_default_tenant_id_carrier_trunk_id_started_at_idx;

-- Name: enriched_cdr_default_tenant_id_posted_at_id_idx; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.enriched_cdr_as_posted ATTACH PARTITION cdr.enriched_cdr_default_tenant_id_posted_at_id_idx;

-- Name: raw_cdr_default_pkey; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.raw_cdr_pkey ATTACH PARTITION cdr.raw_cdr_default_pkey;

-- Name: raw_cdr_default_started_at_tenant_id_id_idx; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.raw_cdr_unprocessed ATTACH PARTITION cdr.raw_cdr_default_started_at_tenant_id_id_idx;

-- Name: raw_cdr_default_tenant_id_account_id_started_at_idx; Type: INDEX ATTACH; Schema: cdr; Owner: -

ALTER INDEX cdr.raw_cdr_of_account ATTACH PARTITION cdr.raw_cdr_default_tenant_id_account_id_started_at_idx;

-- Name: routing_requests_default_pkey; Type: INDEX ATTACH; Schema: routing; Owner: -

ALTER INDEX routing.routing_requests_pkey ATTACH PARTITION routing.routing_requests_default_pkey;

-- Name: routing_requests_default_tenant_id_account_id_requested_at_idx; Type: INDEX ATTACH; Schema: routing; Owner: -

ALTER INDEX routing.routing_requests_of_account ATTACH PARTITION routing.routing_requests_default_tenant_id_account_id_requested_at_idx;

-- Name: routing_requests_default_tenant_id_id_idx; Type: INDEX ATTACH; Schema: routing; Owner: -

ALTER INDEX routing.routing_requests_by_id ATTACH PARTITION routing.routing_requests_default_tenant_id_id_idx;

-- Name: routing_requests_default_tenant_id_requested_at_idx; Type: INDEX ATTACH; Schema: routing; Owner: -

ALTER INDEX routing.routing_requests_open ATTACH PARTITION routing.routing_requests_default_tenant_id_requested_at_idx;

-- Name: account_hierarchy account_hierarchy_update_updated_at; Type: TRIGGER; Schema: accounts; Owner: -

CREATE TRIGGER account_hierarchy_update_updated_at BEFORE UPDATE ON accounts.account_hierarchy FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: accounts accounts_keep_claim; Type: TRIGGER; Schema: accounts; Owner: -

CREATE TRIGGER accounts_keep_claim AFTER INSERT OR DELETE OR UPDATE OF id, ban ON accounts.accounts FOR EACH ROW EXECUTE FUNCTION core.keep_claim('ban', 'ban');

-- Name: accounts accounts_keep_currency; Type: TRIGGER; Schema: accounts; Owner: -

CREATE TRIGGER accounts_keep_currency BEFORE UPDATE OF currency ON accounts.accounts FOR EACH ROW WHEN (((new.currency)::text IS DISTINCT FROM (old.currency)::text)) EXECUTE FUNCTION billing.keep_currency();

-- Name: accounts accounts_keep_hierarchy; Type: TRIGGER; Schema: accounts; Owner: -

CREATE TRIGGER accounts_keep_hierarchy AFTER INSERT OR UPDATE OF parent_account_id ON accounts.accounts FOR EACH ROW EXECUTE FUNCTION accounts.keep_hierarchy();

-- Name: accounts accounts_open_balance; Type: TRIGGER; Schema: accounts; Owner: -

CREATE TRIGGER accounts_open_balance AFTER INSERT ON accounts.accounts FOR EACH ROW EXECUTE FUNCTION billing.open_balance();

-- Name: accounts accounts_update_updated_at; Type: TRIGGER; Schema: accounts; Owner: -

CREATE TRIGGER accounts_update_updated_at BEFORE UPDATE ON accounts.accounts FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: contacts contacts_update_updated_at; Type: TRIGGER; Schema: accounts; Owner: -

CREATE TRIGGER contacts_update_updated_at BEFORE UPDATE ON accounts.contacts FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: audit_log audit_log_is_append_only; Type: TRIGGER; Schema: audit; Owner: -

CREATE TRIGGER audit_log_is_append_only BEFORE DELETE OR UPDATE ON audit.audit_log FOR EACH ROW EXECUTE FUNCTION core.refuse_change('audit_log');

-- Name: audit_log audit_log_is_not_truncated; Type: TRIGGER; Schema: audit; Owner: -

CREATE TRIGGER audit_log_is_not_truncated BEFORE TRUNCATE ON audit.audit_log FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change('audit_log');

-- Name: audit_log audit_log_update_updated_at; Type: TRIGGER; Schema: audit; Owner: -

CREATE TRIGGER audit_log_update_updated_at BEFORE UPDATE ON audit.audit_log FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: api_keys api_keys_keep_claim; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER api_keys_keep_claim AFTER INSERT OR DELETE OR UPDATE OF id, key_prefix ON auth.api_keys FOR EACH ROW EXECUTE FUNCTION core.keep_claim('api_key', 'key_prefix');

-- Name: api_keys api_keys_update_updated_at; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER api_keys_update_updated_at BEFORE UPDATE ON auth.api_keys FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: permissions permissions_update_updated_at; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER permissions_update_updated_at BEFORE UPDATE ON auth.permissions FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: role_permissions role_permissions_update_updated_at; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER role_permissions_update_updated_at BEFORE UPDATE ON auth.role_permissions FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: roles roles_update_updated_at; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER roles_update_updated_at BEFORE UPDATE ON auth.roles FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: user_roles user_roles_update_updated_at; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER user_roles_update_updated_at BEFORE UPDATE ON auth.user_roles FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: users users_keep_claim; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER users_keep_claim AFTER INSERT OR DELETE OR UPDATE OF id, email ON auth.users FOR EACH ROW EXECUTE FUNCTION core.keep_claim('email', 'email');

-- Name: users users_update_updated_at; Type: TRIGGER; Schema: auth; Owner: -

CREATE TRIGGER users_update_updated_at BEFORE UPDATE ON auth.users FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: account_balance account_balance_update_updated_at; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER account_balance_update_updated_at BEFORE UPDATE ON billing.account_balance FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: account_rate_plan account_rate_plan_update_updated_at; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER account_rate_plan_update_updated_at BEFORE UPDATE ON billing.account_rate_plan FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: holds holds_update_updated_at; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER holds_update_updated_at BEFORE UPDATE ON billing.holds FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: ledger ledger_is_append_only; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER ledger_is_append_only BEFORE DELETE OR UPDATE ON billing.ledger FOR EACH ROW EXECUTE FUNCTION core.refuse_change('ledger');

-- Name: ledger ledger_is_not_truncated; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER ledger_is_not_truncated BEFORE TRUNCATE ON billing.ledger FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change('ledger');

-- Name: ledger ledger_update_updated_at; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER ledger_update_updated_at BEFORE UPDATE ON billing.ledger FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: rate_plans rate_plans_update_updated_at; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER rate_plans_update_updated_at BEFORE UPDATE ON billing.rate_plans FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: voice_rates voice_rates_update_updated_at; Type: TRIGGER; Schema: billing; Owner: -

CREATE TRIGGER voice_rates_update_updated_at BEFORE UPDATE ON billing.voice_rates FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: enriched_cdr enriched_cdr_update_updated_at; Type: TRIGGER; Schema: cdr; Owner: -

CREATE TRIGGER enriched_cdr_update_updated_at BEFORE UPDATE ON cdr.enriched_cdr FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: raw_cdr raw_cdr_update_updated_at; Type: TRIGGER; Schema: cdr; Owner: -

CREATE TRIGGER raw_cdr_update_updated_at BEFORE UPDATE ON cdr.raw_cdr FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: global_claims global_claims_update_updated_at; Type: TRIGGER; Schema: core; Owner: -

CREATE TRIGGER global_claims_update_updated_at BEFORE UPDATE ON core.global_claims FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: snapshot_versions snapshot_versions_update_updated_at; Type: TRIGGER; Schema: core; Owner: -

CREATE TRIGGER snapshot_versions_update_updated_at BEFORE UPDATE ON core.snapshot_versions FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: tenants tenants_refuse_delete; Type: TRIGGER; Schema: core; Owner: -

CREATE TRIGGER tenants_refuse_delete BEFORE DELETE ON core.tenants FOR EACH ROW EXECUTE FUNCTION core.refuse_tenant_delete();

-- Name: tenants tenants_update_updated_at; Type: TRIGGER; Schema: core; Owner: -

CREATE TRIGGER tenants_update_updated_at BEFORE UPDATE ON core.tenants FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: dids dids_update_updated_at; Type: TRIGGER; Schema: numbers; Owner: -

CREATE TRIGGER dids_update_updated_at BEFORE UPDATE ON numbers.dids FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: inventory inventory_keep_claim; Type: TRIGGER; Schema: numbers; Owner: -

CREATE TRIGGER inventory_keep_claim AFTER INSERT OR DELETE OR UPDATE OF id, number ON numbers.inventory FOR EACH ROW EXECUTE FUNCTION core.keep_claim('number', 'number');

-- Name: inventory inventory_update_updated_at; Type: TRIGGER; Schema: numbers; Owner: -

CREATE TRIGGER inventory_update_updated_at BEFORE UPDATE ON numbers.inventory FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: countries countries_update_updated_at; Type: TRIGGER; Schema: ref; Owner: -

CREATE TRIGGER countries_update_updated_at BEFORE UPDATE ON ref.countries FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: emergency_codes emergency_codes_update_updated_at; Type: TRIGGER; Schema: ref; Owner: -

CREATE TRIGGER emergency_codes_update_updated_at BEFORE UPDATE ON ref.emergency_codes FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: npa npa_update_updated_at; Type: TRIGGER; Schema: ref; Owner: -

CREATE TRIGGER npa_update_updated_at BEFORE UPDATE ON ref.npa FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: account_partitions account_partitions_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER account_partitions_update_updated_at BEFORE UPDATE ON routing.account_partitions FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: carrier_trunk_decks carrier_trunk_decks_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER carrier_trunk_decks_update_updated_at BEFORE UPDATE ON routing.carrier_trunk_decks FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: carrier_trunks carrier_trunks_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER carrier_trunks_update_updated_at BEFORE UPDATE ON routing.carrier_trunks FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: carriers carriers_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER carriers_update_updated_at BEFORE UPDATE ON routing.carriers FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: decks decks_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER decks_update_updated_at BEFORE UPDATE ON routing.decks FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: partition_carrier_trunks partition_carrier_trunks_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER partition_carrier_trunks_update_updated_at BEFORE UPDATE ON routing.partition_carrier_trunks FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: partitions partitions_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER partitions_update_updated_at BEFORE UPDATE ON routing.partitions FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: rate_deck rate_deck_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER rate_deck_update_updated_at BEFORE UPDATE ON routing.rate_deck FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: routing_requests routing_requests_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER routing_requests_update_updated_at BEFORE UPDATE ON routing.routing_requests FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: trunk_acl trunk_acl_keep_claim; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER trunk_acl_keep_claim AFTER INSERT OR DELETE OR UPDATE ON routing.trunk_acl FOR EACH ROW EXECUTE FUNCTION core.keep_claim('trunk_source', 'source');

-- Name: trunk_acl trunk_acl_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER trunk_acl_update_updated_at BEFORE UPDATE ON routing.trunk_acl FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: trunk_credentials trunk_credentials_keep_claim; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER trunk_credentials_keep_claim AFTER INSERT OR DELETE OR UPDATE ON routing.trunk_credentials FOR EACH ROW EXECUTE FUNCTION core.keep_claim('sip_login', 'login');

-- Name: trunk_credentials trunk_credentials_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER trunk_credentials_update_updated_at BEFORE UPDATE ON routing.trunk_credentials FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: trunks trunks_update_updated_at; Type: TRIGGER; Schema: routing; Owner: -

CREATE TRIGGER trunks_update_updated_at BEFORE UPDATE ON routing.trunks FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: carriers carriers_update_updated_at; Type: TRIGGER; Schema: vendor_mgmt; Owner: -

CREATE TRIGGER carriers_update_updated_at BEFORE UPDATE ON vendor_mgmt.carriers FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: vendors vendors_update_updated_at; Type: TRIGGER; Schema: vendor_mgmt; Owner: -

CREATE TRIGGER vendors_update_updated_at BEFORE UPDATE ON vendor_mgmt.vendors FOR EACH ROW EXECUTE FUNCTION core.update_updated_at_column();

-- Name: accounts account_dials_from_country; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT account_dials_from_country FOREIGN KEY (country) REFERENCES ref.countries(code);

-- Name: accounts account_hangs_below_parent; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT account_hangs_below_parent FOREIGN KEY (tenant_id, parent_account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: account_hierarchy account_hierarchy_belong_to_tenant; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.account_hierarchy
    ADD CONSTRAINT account_hierarchy_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: accounts accounts_belong_to_tenant; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT accounts_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: contacts contact_belongs_to_account; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.contacts
    ADD CONSTRAINT contact_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id) ON DELETE CASCADE;

-- Name: contacts contacts_belong_to_tenant; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.contacts
    ADD CONSTRAINT contacts_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: account_hierarchy hierarchy_ends_at_account; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.account_hierarchy
    ADD CONSTRAINT hierarchy_ends_at_account FOREIGN KEY (tenant_id, descendant_account_id) REFERENCES accounts.accounts(tenant_id, id) ON DELETE CASCADE;

-- Name: account_hierarchy hierarchy_starts_at_account; Type: FK CONSTRAINT; Schema: accounts; Owner: -

ALTER TABLE ONLY accounts.account_hierarchy
    ADD CONSTRAINT hierarchy_starts_at_account FOREIGN KEY (tenant_id, ancestor_account_id) REFERENCES accounts.accounts(tenant_id, id) ON DELETE CASCADE;

-- Name: audit_log audit_log_belong_to_tenant; Type: FK CONSTRAINT; Schema: audit; Owner: -

ALTER TABLE audit.audit_log
    ADD CONSTRAINT audit_log_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: api_keys api_key_belongs_to_account; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.api_keys
    ADD CONSTRAINT api_key_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: api_keys api_key_belongs_to_user; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.api_keys
    ADD CONSTRAINT api_key_belongs_to_user FOREIGN KEY (tenant_id, user_id) REFERENCES auth.users(tenant_id, id) ON DELETE CASCADE;

-- Name: api_keys api_keys_belong_to_tenant; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.api_keys
    ADD CONSTRAINT api_keys_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: role_permissions permission_is_defined; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.role_permissions
    ADD CONSTRAINT permission_is_defined FOREIGN KEY (permission) REFERENCES auth.permissions(name);

-- Name: role_permissions permission_is_given_to_role; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.role_permissions
    ADD CONSTRAINT permission_is_given_to_role FOREIGN KEY (tenant_id, role_id) REFERENCES auth.roles(tenant_id, id) ON DELETE CASCADE;

-- Name: user_roles role_is_given_to_user; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.user_roles
    ADD CONSTRAINT role_is_given_to_user FOREIGN KEY (tenant_id, user_id) REFERENCES auth.users(tenant_id, id) ON DELETE CASCADE;

-- Name: role_permissions role_permissions_belong_to_tenant; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.role_permissions
    ADD CONSTRAINT role_permissions_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: roles roles_belong_to_tenant; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.roles
    ADD CONSTRAINT roles_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: users user_belongs_to_account; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT user_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: user_roles user_is_given_role; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.user_roles
    ADD CONSTRAINT user_is_given_role FOREIGN KEY (tenant_id, role_id) REFERENCES auth.roles(tenant_id, id) ON DELETE CASCADE;

-- Name: user_roles user_roles_belong_to_tenant; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.user_roles
    ADD CONSTRAINT user_roles_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: users users_belong_to_tenant; Type: FK CONSTRAINT; Schema: auth; Owner: -

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: account_balance account_balance_belong_to_tenant; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_balance
    ADD CONSTRAINT account_balance_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: account_rate_plan account_is_assigned_plan; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_rate_plan
    ADD CONSTRAINT account_is_assigned_plan FOREIGN KEY (tenant_id, rate_plan_id, currency) REFERENCES billing.rate_plans(tenant_id, id, currency);

-- Name: account_rate_plan account_rate_plan_belong_to_tenant; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_rate_plan
    ADD CONSTRAINT account_rate_plan_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: account_balance balance_belongs_to_account; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_balance
    ADD CONSTRAINT balance_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: holds hold_belongs_to_account; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.holds
    ADD CONSTRAINT hold_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: holds holds_belong_to_tenant; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.holds
    ADD CONSTRAINT holds_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: ledger ledger_belong_to_tenant; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.ledger
    ADD CONSTRAINT ledger_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: account_rate_plan plan_is_assigned_to_account; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.account_rate_plan
    ADD CONSTRAINT plan_is_assigned_to_account FOREIGN KEY (tenant_id, account_id, currency) REFERENCES accounts.accounts(tenant_id, id, currency);

-- Name: ledger posting_belongs_to_account; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.ledger
    ADD CONSTRAINT posting_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: rate_plans rate_plans_belong_to_tenant; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.rate_plans
    ADD CONSTRAINT rate_plans_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: voice_rates voice_rate_is_of_plan; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.voice_rates
    ADD CONSTRAINT voice_rate_is_of_plan FOREIGN KEY (tenant_id, rate_plan_id) REFERENCES billing.rate_plans(tenant_id, id) ON DELETE CASCADE;

-- Name: voice_rates voice_rates_belong_to_tenant; Type: FK CONSTRAINT; Schema: billing; Owner: -

ALTER TABLE ONLY billing.voice_rates
    ADD CONSTRAINT voice_rates_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: enriched_cdr call_belongs_to_account; Type: FK CONSTRAINT; Schema: cdr; Owner: -

ALTER TABLE cdr.enriched_cdr
    ADD CONSTRAINT call_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: enriched_cdr enriched_cdr_belong_to_tenant; Type: FK CONSTRAINT; Schema: cdr; Owner: -

ALTER TABLE cdr.enriched_cdr
    ADD CONSTRAINT enriched_cdr_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: raw_cdr raw_cdr_belong_to_tenant; Type: FK CONSTRAINT; Schema: cdr; Owner: -

ALTER TABLE cdr.raw_cdr
    ADD CONSTRAINT raw_cdr_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: global_claims claim_belongs_to_tenant; Type: FK CONSTRAINT; Schema: core; Owner: -

ALTER TABLE ONLY core.global_claims
    ADD CONSTRAINT claim_belongs_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: dids did_belongs_to_account; Type: FK CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.dids
    ADD CONSTRAINT did_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: dids did_is_in_inventory; Type: FK CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.dids
    ADD CONSTRAINT did_is_in_inventory FOREIGN KEY (tenant_id, number) REFERENCES numbers.inventory(tenant_id, number);

-- Name: dids did_rings_trunk_of_its_account; Type: FK CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.dids
    ADD CONSTRAINT did_rings_trunk_of_its_account FOREIGN KEY (tenant_id, trunk_id, account_id) REFERENCES routing.trunks(tenant_id, id, account_id);

-- Name: dids dids_belong_to_tenant; Type: FK CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.dids
    ADD CONSTRAINT dids_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: inventory inventory_belong_to_tenant; Type: FK CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.inventory
    ADD CONSTRAINT inventory_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: inventory number_is_bought_from_vendor; Type: FK CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.inventory
    ADD CONSTRAINT number_is_bought_from_vendor FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor_mgmt.vendors(tenant_id, id);

-- Name: inventory number_lies_in_country; Type: FK CONSTRAINT; Schema: numbers; Owner: -

ALTER TABLE ONLY numbers.inventory
    ADD CONSTRAINT number_lies_in_country FOREIGN KEY (country) REFERENCES ref.countries(code);

-- Name: emergency_codes emergency_code_is_of_country; Type: FK CONSTRAINT; Schema: ref; Owner: -

ALTER TABLE ONLY ref.emergency_codes
    ADD CONSTRAINT emergency_code_is_of_country FOREIGN KEY (country) REFERENCES ref.countries(code);

-- Name: npa npa_lies_in_country; Type: FK CONSTRAINT; Schema: ref; Owner: -

ALTER TABLE ONLY ref.npa
    ADD CONSTRAINT npa_lies_in_country FOREIGN KEY (country) REFERENCES ref.countries(code);

-- Name: account_partitions account_partitions_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.account_partitions
    ADD CONSTRAINT account_partitions_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: account_partitions account_uses_partition; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.account_partitions
    ADD CONSTRAINT account_uses_partition FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id) ON DELETE CASCADE;

-- Name: carriers carrier_has_terms; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carriers
    ADD CONSTRAINT carrier_has_terms FOREIGN KEY (tenant_id, vendor_carrier_id) REFERENCES vendor_mgmt.carriers(tenant_id, id);

-- Name: carrier_trunks carrier_trunk_belongs_to_carrier; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunks
    ADD CONSTRAINT carrier_trunk_belongs_to_carrier FOREIGN KEY (tenant_id, carrier_id) REFERENCES routing.carriers(tenant_id, id);

-- Name: carrier_trunk_decks carrier_trunk_decks_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunk_decks
    ADD CONSTRAINT carrier_trunk_decks_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: partition_carrier_trunks carrier_trunk_is_in_partition; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.partition_carrier_trunks
    ADD CONSTRAINT carrier_trunk_is_in_partition FOREIGN KEY (tenant_id, carrier_trunk_id) REFERENCES routing.carrier_trunks(tenant_id, id) ON DELETE CASCADE;

-- Name: carrier_trunk_decks carrier_trunk_shares_deck; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunk_decks
    ADD CONSTRAINT carrier_trunk_shares_deck FOREIGN KEY (tenant_id, carrier_trunk_id) REFERENCES routing.carrier_trunks(tenant_id, id) ON DELETE CASCADE;

-- Name: carrier_trunks carrier_trunks_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunks
    ADD CONSTRAINT carrier_trunks_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: carriers carriers_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carriers
    ADD CONSTRAINT carriers_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: decks deck_belongs_to_carrier_trunk; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.decks
    ADD CONSTRAINT deck_belongs_to_carrier_trunk FOREIGN KEY (tenant_id, carrier_trunk_id) REFERENCES routing.carrier_trunks(tenant_id, id);

-- Name: carrier_trunk_decks deck_is_shared_by_carrier_trunk; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunk_decks
    ADD CONSTRAINT deck_is_shared_by_carrier_trunk FOREIGN KEY (tenant_id, deck_id) REFERENCES routing.decks(tenant_id, id) ON DELETE CASCADE;

-- Name: decks decks_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.decks
    ADD CONSTRAINT decks_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: carrier_trunks emergency_callers_are_in_country; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.carrier_trunks
    ADD CONSTRAINT emergency_callers_are_in_country FOREIGN KEY (emergency_country) REFERENCES ref.countries(code);

-- Name: partition_carrier_trunks partition_carrier_trunks_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.partition_carrier_trunks
    ADD CONSTRAINT partition_carrier_trunks_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: partition_carrier_trunks partition_has_carrier_trunk; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.partition_carrier_trunks
    ADD CONSTRAINT partition_has_carrier_trunk FOREIGN KEY (tenant_id, partition_id) REFERENCES routing.partitions(tenant_id, id) ON DELETE CASCADE;

-- Name: account_partitions partition_is_used_by_account; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.account_partitions
    ADD CONSTRAINT partition_is_used_by_account FOREIGN KEY (tenant_id, partition_id) REFERENCES routing.partitions(tenant_id, id) ON DELETE CASCADE;

-- Name: partitions partitions_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.partitions
    ADD CONSTRAINT partitions_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: rate_deck rate_deck_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.rate_deck
    ADD CONSTRAINT rate_deck_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: rate_deck rate_is_of_deck_and_its_trunk; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.rate_deck
    ADD CONSTRAINT rate_is_of_deck_and_its_trunk FOREIGN KEY (tenant_id, deck_id, carrier_trunk_id) REFERENCES routing.decks(tenant_id, id, carrier_trunk_id) ON DELETE CASCADE;

-- Name: routing_requests routing_requests_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE routing.routing_requests
    ADD CONSTRAINT routing_requests_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: trunk_acl trunk_acl_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_acl
    ADD CONSTRAINT trunk_acl_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: trunk_acl trunk_acl_belongs_to_trunk; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_acl
    ADD CONSTRAINT trunk_acl_belongs_to_trunk FOREIGN KEY (tenant_id, trunk_id, account_id) REFERENCES routing.trunks(tenant_id, id, account_id) ON DELETE CASCADE;

-- Name: trunks trunk_belongs_to_account; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunks
    ADD CONSTRAINT trunk_belongs_to_account FOREIGN KEY (tenant_id, account_id) REFERENCES accounts.accounts(tenant_id, id);

-- Name: trunk_credentials trunk_credential_belongs_to_trunk; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_credentials
    ADD CONSTRAINT trunk_credential_belongs_to_trunk FOREIGN KEY (tenant_id, trunk_id, account_id) REFERENCES routing.trunks(tenant_id, id, account_id) ON DELETE CASCADE;

-- Name: trunk_credentials trunk_credentials_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunk_credentials
    ADD CONSTRAINT trunk_credentials_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: trunks trunk_dials_as_in_country; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunks
    ADD CONSTRAINT trunk_dials_as_in_country FOREIGN KEY (country) REFERENCES ref.countries(code);

-- Name: trunks trunks_belong_to_tenant; Type: FK CONSTRAINT; Schema: routing; Owner: -

ALTER TABLE ONLY routing.trunks
    ADD CONSTRAINT trunks_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: carriers carrier_is_a_vendor; Type: FK CONSTRAINT; Schema: vendor_mgmt; Owner: -

ALTER TABLE ONLY vendor_mgmt.carriers
    ADD CONSTRAINT carrier_is_a_vendor FOREIGN KEY (tenant_id, vendor_id) REFERENCES vendor_mgmt.vendors(tenant_id, id);

-- Name: carriers carriers_belong_to_tenant; Type: FK CONSTRAINT; Schema: vendor_mgmt; Owner: -

ALTER TABLE ONLY vendor_mgmt.carriers
    ADD CONSTRAINT carriers_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: vendors vendor_sits_in_country; Type: FK CONSTRAINT; Schema: vendor_mgmt; Owner: -

ALTER TABLE ONLY vendor_mgmt.vendors
    ADD CONSTRAINT vendor_sits_in_country FOREIGN KEY (country) REFERENCES ref.countries(code);

-- Name: vendors vendors_belong_to_tenant; Type: FK CONSTRAINT; Schema: vendor_mgmt; Owner: -

ALTER TABLE ONLY vendor_mgmt.vendors
    ADD CONSTRAINT vendors_belong_to_tenant FOREIGN KEY (tenant_id) REFERENCES core.tenants(id) ON DELETE CASCADE;

-- Name: account_hierarchy; Type: ROW SECURITY; Schema: accounts; Owner: -

ALTER TABLE accounts.account_hierarchy ENABLE ROW LEVEL SECURITY;

-- Name: accounts; Type: ROW SECURITY; Schema: accounts; Owner: -

ALTER TABLE accounts.accounts ENABLE ROW LEVEL SECURITY;

-- Name: contacts; Type: ROW SECURITY; Schema: accounts; Owner: -

ALTER TABLE accounts.contacts ENABLE ROW LEVEL SECURITY;

-- Name: account_hierarchy tenant_isolation; Type: POLICY; Schema: accounts; Owner: -

CREATE POLICY tenant_isolation ON accounts.account_hierarchy USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: accounts tenant_isolation; Type: POLICY; Schema: accounts; Owner: -

CREATE POLICY tenant_isolation ON accounts.accounts USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: contacts tenant_isolation; Type: POLICY; Schema: accounts; Owner: -

CREATE POLICY tenant_isolation ON accounts.contacts USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: api_keys; Type: ROW SECURITY; Schema: auth; Owner: -

ALTER TABLE auth.api_keys ENABLE ROW LEVEL SECURITY;

-- Name: role_permissions; Type: ROW SECURITY; Schema: auth; Owner: -

ALTER TABLE auth.role_permissions ENABLE ROW LEVEL SECURITY;

-- Name: roles; Type: ROW SECURITY; Schema: auth; Owner: -

ALTER TABLE auth.roles ENABLE ROW LEVEL SECURITY;

-- Name: api_keys tenant_isolation; Type: POLICY; Schema: auth; Owner: -

CREATE POLICY tenant_isolation ON auth.api_keys USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: role_permissions tenant_isolation; Type: POLICY; Schema: auth; Owner: -

CREATE POLICY tenant_isolation ON auth.role_permissions USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: roles tenant_isolation; Type: POLICY; Schema: auth; Owner: -

CREATE POLICY tenant_isolation ON auth.roles USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: user_roles tenant_isolation; Type: POLICY; Schema: auth; Owner: -

CREATE POLICY tenant_isolation ON auth.user_roles USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: users tenant_isolation; Type: POLICY; Schema: auth; Owner: -

CREATE POLICY tenant_isolation ON auth.users USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: user_roles; Type: ROW SECURITY; Schema: auth; Owner: -

ALTER TABLE auth.user_roles ENABLE ROW LEVEL SECURITY;

-- Name: users; Type: ROW SECURITY; Schema: auth; Owner: -

ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;

-- Name: account_balance; Type: ROW SECURITY; Schema: billing; Owner: -

ALTER TABLE billing.account_balance ENABLE ROW LEVEL SECURITY;

-- Name: account_rate_plan; Type: ROW SECURITY; Schema: billing; Owner: -

ALTER TABLE billing.account_rate_plan ENABLE ROW LEVEL SECURITY;

-- Name: holds; Type: ROW SECURITY; Schema: billing; Owner: -

ALTER TABLE billing.holds ENABLE ROW LEVEL SECURITY;

-- Name: ledger; Type: ROW SECURITY; Schema: billing; Owner: -

ALTER TABLE billing.ledger ENABLE ROW LEVEL SECURITY;

-- Name: rate_plans; Type: ROW SECURITY; Schema: billing; Owner: -

ALTER TABLE billing.rate_plans ENABLE ROW LEVEL SECURITY;

-- Name: account_balance tenant_isolation; Type: POLICY; Schema: billing; Owner: -

CREATE POLICY tenant_isolation ON billing.account_balance USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: account_rate_plan tenant_isolation; Type: POLICY; Schema: billing; Owner: -

CREATE POLICY tenant_isolation ON billing.account_rate_plan USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: holds tenant_isolation; Type: POLICY; Schema: billing; Owner: -

CREATE POLICY tenant_isolation ON billing.holds USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: ledger tenant_isolation; Type: POLICY; Schema: billing; Owner: -

CREATE POLICY tenant_isolation ON billing.ledger USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: rate_plans tenant_isolation; Type: POLICY; Schema: billing; Owner: -

CREATE POLICY tenant_isolation ON billing.rate_plans USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: voice_rates tenant_isolation; Type: POLICY; Schema: billing; Owner: -

CREATE POLICY tenant_isolation ON billing.voice_rates USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: raw_cdr tenant_isolation; Type: POLICY; Schema: cdr; Owner: -

CREATE POLICY tenant_isolation ON cdr.raw_cdr USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: tenants tenant_isolation; Type: POLICY; Schema: core; Owner: -

CREATE POLICY tenant_isolation ON core.tenants USING ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

-- Name: tenants; Type: ROW SECURITY; Schema: core; Owner: -

ALTER TABLE core.tenants ENABLE ROW LEVEL SECURITY;

-- Name: dids; Type: ROW SECURITY; Schema: numbers; Owner: -

ALTER TABLE numbers.dids ENABLE ROW LEVEL SECURITY;

-- Name: inventory; Type: ROW SECURITY; Schema: numbers; Owner: -

ALTER TABLE numbers.inventory ENABLE ROW LEVEL SECURITY;

-- Name: dids tenant_isolation; Type: POLICY; Schema: numbers; Owner: -

CREATE POLICY tenant_isolation ON numbers.dids USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: inventory tenant_isolation; Type: POLICY; Schema: numbers; Owner: -

CREATE POLICY tenant_isolation ON numbers.inventory USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: carrier_trunk_decks tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.carrier_trunk_decks USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: carrier_trunks tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.carrier_trunks USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: carriers tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.carriers USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: decks tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.decks USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: partition_carrier_trunks tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.partition_carrier_trunks USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: partitions tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.partitions USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: rate_deck tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.rate_deck USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: routing_requests tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.routing_requests USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: trunk_acl tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.trunk_acl USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: trunk_credentials tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.trunk_credentials USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: trunks tenant_isolation; Type: POLICY; Schema: routing; Owner: -

CREATE POLICY tenant_isolation ON routing.trunks USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[]))))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((current_setting('app.account_scope'::text, true) = 'tenant'::text) OR (account_id = ANY ((string_to_array(NULLIF(current_setting('app.account_ids'::text, true), ''::text), ','::text))::uuid[])))));

-- Name: trunk_acl; Type: ROW SECURITY; Schema: routing; Owner: -

ALTER TABLE routing.trunk_acl ENABLE ROW LEVEL SECURITY;

-- Name: trunk_credentials; Type: ROW SECURITY; Schema: routing; Owner: -

ALTER TABLE routing.trunk_credentials ENABLE ROW LEVEL SECURITY;

-- Name: trunks; Type: ROW SECURITY; Schema: routing; Owner: -

ALTER TABLE routing.trunks ENABLE ROW LEVEL SECURITY;

-- Name: carriers; Type: ROW SECURITY; Schema: vendor_mgmt; Owner: -

ALTER TABLE vendor_mgmt.carriers ENABLE ROW LEVEL SECURITY;

-- Name: carriers tenant_isolation; Type: POLICY; Schema: vendor_mgmt; Owner: -

CREATE POLICY tenant_isolation ON vendor_mgmt.carriers USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: vendors tenant_isolation; Type: POLICY; Schema: vendor_mgmt; Owner: -

CREATE POLICY tenant_isolation ON vendor_mgmt.vendors USING (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text))) WITH CHECK (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (current_setting('app.account_scope'::text, true) = 'tenant'::text)));

-- Name: vendors; Type: ROW SECURITY; Schema: vendor_mgmt; Owner: -

ALTER TABLE vendor_mgmt.vendors ENABLE ROW LEVEL SECURITY;

-- Name: SCHEMA accounts; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA accounts TO heddle_app;
GRANT USAGE ON SCHEMA accounts TO heddle_engine;
GRANT USAGE ON SCHEMA accounts TO heddle_report;

-- Name: SCHEMA audit; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA audit TO heddle_app;
GRANT USAGE ON SCHEMA audit TO heddle_engine;
GRANT USAGE ON SCHEMA audit TO heddle_report;

-- Name: SCHEMA auth; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA auth TO heddle_app;
GRANT USAGE ON SCHEMA auth TO heddle_engine;
GRANT USAGE ON SCHEMA auth TO heddle_report;

-- Name: SCHEMA billing; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA billing TO heddle_app;
GRANT USAGE ON SCHEMA billing TO heddle_engine;
GRANT USAGE ON SCHEMA billing TO heddle_report;

-- Name: SCHEMA cdr; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA cdr TO heddle_app;
GRANT USAGE ON SCHEMA cdr TO heddle_engine;
GRANT USAGE ON SCHEMA cdr TO heddle_report;

-- Name: SCHEMA core; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA core TO heddle_app;
GRANT USAGE ON SCHEMA core TO heddle_engine;
GRANT USAGE ON SCHEMA core TO heddle_report;

-- Name: SCHEMA numbers; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA numbers TO heddle_app;
GRANT USAGE ON SCHEMA numbers TO heddle_engine;
GRANT USAGE ON SCHEMA numbers TO heddle_report;

-- Name: SCHEMA ref; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA ref TO heddle_app;
GRANT USAGE ON SCHEMA ref TO heddle_engine;
GRANT USAGE ON SCHEMA ref TO heddle_report;

-- Name: SCHEMA routing; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA routing TO heddle_app;
GRANT USAGE ON SCHEMA routing TO heddle_engine;
GRANT USAGE ON SCHEMA routing TO heddle_report;

-- Name: SCHEMA vendor_mgmt; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA vendor_mgmt TO heddle_app;
GRANT USAGE ON SCHEMA vendor_mgmt TO heddle_report;

-- Name: FUNCTION keep_hierarchy(); Type: ACL; Schema: accounts; Owner: -

REVOKE ALL ON FUNCTION accounts.keep_hierarchy() FROM PUBLIC;

-- Name: FUNCTION adjust(p_tenant uuid, p_account uuid, p_adjustment_id uuid, p_amount numeric, p_memo text); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.adjust(p_tenant uuid, p_account uuid, p_adjustment_id uuid, p_amount numeric, p_memo text) FROM PUBLIC;

-- Name: FUNCTION check_ledger(p_tenant uuid); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.check_ledger(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.check_ledger(p_tenant uuid) TO heddle_engine;

-- Name: FUNCTION keep_currency(); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.keep_currency() FROM PUBLIC;

-- Name: FUNCTION open_balance(); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.open_balance() FROM PUBLIC;

-- Name: FUNCTION place_hold(p_tenant uuid, p_account uuid, p_routing_id uuid, p_wanted numeric, p_minimum numeric); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.place_hold(p_tenant uuid, p_account uuid, p_routing_id uuid, p_wanted numeric, p_minimum numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.place_hold(p_tenant uuid, p_account uuid, p_routing_id uuid, p_wanted numeric, p_minimum numeric) TO heddle_engine;

-- Name: FUNCTION place_holds(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[], p_minimum numeric[]); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.place_holds(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[], p_minimum numeric[]) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.place_holds(p_tenant uuid, p_accounts uuid[], p_routing_ids uuid[], p_wanted numeric[], p_minimum numeric[]) TO heddle_engine;

-- Name: FUNCTION post(p_tenant uuid, p_account uuid, p_source text, p_source_id uuid, p_available numeric, p_held numeric, p_counter_account text, p_memo text); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.post(p_tenant uuid, p_account uuid, p_source text, p_source_id uuid, p_available numeric, p_held numeric, p_counter_account text, p_memo text) FROM PUBLIC;

-- Name: FUNCTION post_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[], p_amounts numeric[]); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.post_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[], p_amounts numeric[]) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.post_calls(p_tenant uuid, p_cdr_ids uuid[], p_accounts uuid[], p_routing_ids uuid[], p_amounts numeric[]) TO heddle_engine;

-- Name: FUNCTION release_hold(p_tenant uuid, p_routing_id uuid, p_reason text); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.release_hold(p_tenant uuid, p_routing_id uuid, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.release_hold(p_tenant uuid, p_routing_id uuid, p_reason text) TO heddle_engine;

-- Name: FUNCTION set_credit_limit(p_tenant uuid, p_account uuid, p_limit numeric); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.set_credit_limit(p_tenant uuid, p_account uuid, p_limit numeric) FROM PUBLIC;

-- Name: FUNCTION top_up(p_tenant uuid, p_account uuid, p_payment_id uuid, p_amount numeric, p_memo text); Type: ACL; Schema: billing; Owner: -

REVOKE ALL ON FUNCTION billing.top_up(p_tenant uuid, p_account uuid, p_payment_id uuid, p_amount numeric, p_memo text) FROM PUBLIC;

-- Name: FUNCTION create_monthly_partition(p_month date); Type: ACL; Schema: cdr; Owner: -

REVOKE ALL ON FUNCTION cdr.create_monthly_partition(p_month date) FROM PUBLIC;
GRANT ALL ON FUNCTION cdr.create_monthly_partition(p_month date) TO heddle_engine;

-- Name: FUNCTION adopt_tables(p_visible text, VARIADIC p_tables regclass[]); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.adopt_tables(p_visible text, VARIADIC p_tables regclass[]) FROM PUBLIC;

-- Name: FUNCTION bump_snapshot(p_name text); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.bump_snapshot(p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION core.bump_snapshot(p_name text) TO heddle_app;
GRANT ALL ON FUNCTION core.bump_snapshot(p_name text) TO heddle_engine;

-- Name: FUNCTION claim(p_tenant uuid, p_kind text, p_value text, p_entity uuid); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.claim(p_tenant uuid, p_kind text, p_value text, p_entity uuid) FROM PUBLIC;

-- Name: FUNCTION count_strays(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.count_strays() FROM PUBLIC;
GRANT ALL ON FUNCTION core.count_strays() TO heddle_engine;

-- Name: FUNCTION create_monthly_partition(p_table regclass, p_month date); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.create_monthly_partition(p_table regclass, p_month date) FROM PUBLIC;
GRANT ALL ON FUNCTION core.create_monthly_partition(p_table regclass, p_month date) TO heddle_engine;

-- Name: FUNCTION create_monthly_partitions(p_from date, p_months integer); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.create_monthly_partitions(p_from date, p_months integer) FROM PUBLIC;
GRANT ALL ON FUNCTION core.create_monthly_partitions(p_from date, p_months integer) TO heddle_engine;

-- Name: FUNCTION distribute_pending(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.distribute_pending() FROM PUBLIC;

-- Name: FUNCTION find_claim(p_kind text, p_value text); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.find_claim(p_kind text, p_value text) FROM PUBLIC;
GRANT ALL ON FUNCTION core.find_claim(p_kind text, p_value text) TO heddle_app;
GRANT ALL ON FUNCTION core.find_claim(p_kind text, p_value text) TO heddle_engine;

-- Name: FUNCTION keep_claim(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.keep_claim() FROM PUBLIC;

-- Name: FUNCTION refuse_change(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.refuse_change() FROM PUBLIC;

-- Name: FUNCTION refuse_tenant_delete(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.refuse_tenant_delete() FROM PUBLIC;

-- Name: FUNCTION set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) TO heddle_app;
GRANT ALL ON FUNCTION core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) TO heddle_engine;
GRANT ALL ON FUNCTION core.set_context(p_tenant uuid, p_scope text, p_accounts uuid[], p_user uuid) TO heddle_report;

-- Name: FUNCTION unattributed_tenant(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.unattributed_tenant() FROM PUBLIC;
GRANT ALL ON FUNCTION core.unattributed_tenant() TO heddle_app;
GRANT ALL ON FUNCTION core.unattributed_tenant() TO heddle_engine;
GRANT ALL ON FUNCTION core.unattributed_tenant() TO heddle_report;

-- Name: FUNCTION update_updated_at_column(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.update_updated_at_column() FROM PUBLIC;

-- Name: FUNCTION uuid_v7(); Type: ACL; Schema: core; Owner: -

REVOKE ALL ON FUNCTION core.uuid_v7() FROM PUBLIC;
GRANT ALL ON FUNCTION core.uuid_v7() TO heddle_app;
GRANT ALL ON FUNCTION core.uuid_v7() TO heddle_engine;

-- Name: TABLE account_hierarchy; Type: ACL; Schema: accounts; Owner: -

GRANT SELECT ON TABLE accounts.account_hierarchy TO heddle_app;
GRANT SELECT ON TABLE accounts.account_hierarchy TO heddle_engine;
GRANT SELECT ON TABLE accounts.account_hierarchy TO heddle_report;

-- Name: TABLE accounts; Type: ACL; Schema: accounts; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE accounts.accounts TO heddle_app;
GRANT SELECT ON TABLE accounts.accounts TO heddle_engine;
GRANT SELECT ON TABLE accounts.accounts TO heddle_report;

-- Name: TABLE contacts; Type: ACL; Schema: accounts; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE accounts.contacts TO heddle_app;
GRANT SELECT ON TABLE accounts.contacts TO heddle_report;

-- Name: TABLE audit_log; Type: ACL; Schema: audit; Owner: -

GRANT SELECT,INSERT ON TABLE audit.audit_log TO heddle_app;
GRANT SELECT,INSERT ON TABLE audit.audit_log TO heddle_engine;
GRANT SELECT ON TABLE audit.audit_log TO heddle_report;

-- Name: TABLE api_keys; Type: ACL; Schema: auth; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE auth.api_keys TO heddle_app;

-- Name: TABLE permissions; Type: ACL; Schema: auth; Owner: -

GRANT SELECT ON TABLE auth.permissions TO heddle_app;
GRANT SELECT ON TABLE auth.permissions TO heddle_report;

-- Name: TABLE role_permissions; Type: ACL; Schema: auth; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE auth.role_permissions TO heddle_app;
GRANT SELECT ON TABLE auth.role_permissions TO heddle_report;

-- Name: TABLE roles; Type: ACL; Schema: auth; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE auth.roles TO heddle_app;
GRANT SELECT ON TABLE auth.roles TO heddle_report;

-- Name: TABLE user_roles; Type: ACL; Schema: auth; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE auth.user_roles TO heddle_app;
GRANT SELECT ON TABLE auth.user_roles TO heddle_report;

-- Name: TABLE users; Type: ACL; Schema: auth; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE auth.users TO heddle_app;

-- Name: COLUMN users.tenant_id; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(tenant_id) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.id; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(id) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.account_id; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(account_id) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.email; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(email) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.name; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(name) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.status; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(status) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.last_login_at; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(last_login_at) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.created_at; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(created_at) ON TABLE auth.users TO heddle_report;

-- Name: COLUMN users.updated_at; Type: ACL; Schema: auth; Owner: -

GRANT SELECT(updated_at) ON TABLE auth.users TO heddle_report;

-- Name: TABLE account_balance; Type: ACL; Schema: billing; Owner: -

GRANT SELECT ON TABLE billing.account_balance TO heddle_app;
GRANT SELECT ON TABLE billing.account_balance TO heddle_engine;
GRANT SELECT ON TABLE billing.account_balance TO heddle_report;

-- Name: TABLE account_rate_plan; Type: ACL; Schema: billing; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE billing.account_rate_plan TO heddle_app;
GRANT SELECT ON TABLE billing.account_rate_plan TO heddle_engine;
GRANT SELECT ON TABLE billing.account_rate_plan TO heddle_report;

-- Name: TABLE holds; Type: ACL; Schema: billing; Owner: -

GRANT SELECT ON TABLE billing.holds TO heddle_app;
GRANT SELECT ON TABLE billing.holds TO heddle_engine;
GRANT SELECT ON TABLE billing.holds TO heddle_report;

-- Name: TABLE ledger; Type: ACL; Schema: billing; Owner: -

GRANT SELECT ON TABLE billing.ledger TO heddle_app;
GRANT SELECT ON TABLE billing.ledger TO heddle_engine;
GRANT SELECT ON TABLE billing.ledger TO heddle_report;

-- Name: TABLE rate_plans; Type: ACL; Schema: billing; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE billing.rate_plans TO heddle_app;
GRANT SELECT ON TABLE billing.rate_plans TO heddle_engine;
GRANT SELECT ON TABLE billing.rate_plans TO heddle_report;

-- Name: TABLE voice_rates; Type: ACL; Schema: billing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.voice_rates TO heddle_app;
GRANT SELECT,INSERT,UPDATE ON TABLE billing.voice_rates TO heddle_engine;
GRANT SELECT ON TABLE billing.voice_rates TO heddle_report;

-- Name: TABLE enriched_cdr; Type: ACL; Schema: cdr; Owner: -

GRANT SELECT ON TABLE cdr.enriched_cdr TO heddle_app;
GRANT SELECT ON TABLE cdr.enriched_cdr TO heddle_report;
GRANT SELECT,INSERT,UPDATE ON TABLE cdr.enriched_cdr TO heddle_engine;

-- Name: TABLE raw_cdr; Type: ACL; Schema: cdr; Owner: -

GRANT SELECT ON TABLE cdr.raw_cdr TO heddle_app;
GRANT SELECT ON TABLE cdr.raw_cdr TO heddle_report;
GRANT SELECT,INSERT,UPDATE ON TABLE cdr.raw_cdr TO heddle_engine;

-- Name: TABLE snapshot_versions; Type: ACL; Schema: core; Owner: -

GRANT SELECT ON TABLE core.snapshot_versions TO heddle_app;
GRANT SELECT ON TABLE core.snapshot_versions TO heddle_engine;

-- Name: TABLE tenants; Type: ACL; Schema: core; Owner: -

GRANT SELECT ON TABLE core.tenants TO heddle_app;
GRANT SELECT ON TABLE core.tenants TO heddle_engine;
GRANT SELECT ON TABLE core.tenants TO heddle_report;

-- Name: TABLE dids; Type: ACL; Schema: numbers; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE numbers.dids TO heddle_app;
GRANT SELECT ON TABLE numbers.dids TO heddle_engine;
GRANT SELECT ON TABLE numbers.dids TO heddle_report;

-- Name: TABLE inventory; Type: ACL; Schema: numbers; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE numbers.inventory TO heddle_app;
GRANT SELECT ON TABLE numbers.inventory TO heddle_engine;
GRANT SELECT ON TABLE numbers.inventory TO heddle_report;

-- Name: TABLE countries; Type: ACL; Schema: ref; Owner: -

GRANT SELECT ON TABLE ref.countries TO heddle_app;
GRANT SELECT ON TABLE ref.countries TO heddle_engine;
GRANT SELECT ON TABLE ref.countries TO heddle_report;

-- Name: TABLE emergency_codes; Type: ACL; Schema: ref; Owner: -

GRANT SELECT ON TABLE ref.emergency_codes TO heddle_app;
GRANT SELECT ON TABLE ref.emergency_codes TO heddle_engine;
GRANT SELECT ON TABLE ref.emergency_codes TO heddle_report;

-- Name: TABLE npa; Type: ACL; Schema: ref; Owner: -

GRANT SELECT ON TABLE ref.npa TO heddle_app;
GRANT SELECT ON TABLE ref.npa TO heddle_engine;
GRANT SELECT ON TABLE ref.npa TO heddle_report;

-- Name: TABLE account_partitions; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.account_partitions TO heddle_app;
GRANT SELECT ON TABLE routing.account_partitions TO heddle_engine;
GRANT SELECT ON TABLE routing.account_partitions TO heddle_report;

-- Name: TABLE carrier_trunk_decks; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.carrier_trunk_decks TO heddle_app;
GRANT SELECT ON TABLE routing.carrier_trunk_decks TO heddle_engine;
GRANT SELECT ON TABLE routing.carrier_trunk_decks TO heddle_report;

-- Name: TABLE carrier_trunks; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE routing.carrier_trunks TO heddle_app;
GRANT SELECT ON TABLE routing.carrier_trunks TO heddle_engine;
GRANT SELECT ON TABLE routing.carrier_trunks TO heddle_report;

-- Name: TABLE carriers; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE routing.carriers TO heddle_app;
GRANT SELECT ON TABLE routing.carriers TO heddle_engine;
GRANT SELECT ON TABLE routing.carriers TO heddle_report;

-- Name: TABLE decks; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.decks TO heddle_app;
GRANT SELECT ON TABLE routing.decks TO heddle_engine;
GRANT SELECT ON TABLE routing.decks TO heddle_report;

-- Name: TABLE partition_carrier_trunks; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.partition_carrier_trunks TO heddle_app;
GRANT SELECT ON TABLE routing.partition_carrier_trunks TO heddle_engine;
GRANT SELECT ON TABLE routing.partition_carrier_trunks TO heddle_report;

-- Name: TABLE partitions; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.partitions TO heddle_app;
GRANT SELECT ON TABLE routing.partitions TO heddle_engine;
GRANT SELECT ON TABLE routing.partitions TO heddle_report;

-- Name: TABLE rate_deck; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.rate_deck TO heddle_app;
GRANT SELECT,INSERT,UPDATE ON TABLE routing.rate_deck TO heddle_engine;
GRANT SELECT ON TABLE routing.rate_deck TO heddle_report;

-- Name: TABLE routing_requests; Type: ACL; Schema: routing; Owner: -

GRANT SELECT ON TABLE routing.routing_requests TO heddle_app;
GRANT SELECT ON TABLE routing.routing_requests TO heddle_report;
GRANT SELECT,INSERT,UPDATE ON TABLE routing.routing_requests TO heddle_engine;

-- Name: TABLE trunk_acl; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.trunk_acl TO heddle_app;
GRANT SELECT ON TABLE routing.trunk_acl TO heddle_engine;
GRANT SELECT ON TABLE routing.trunk_acl TO heddle_report;

-- Name: TABLE trunk_credentials; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE routing.trunk_credentials TO heddle_app;
GRANT SELECT ON TABLE routing.trunk_credentials TO heddle_engine;

-- Name: COLUMN trunk_credentials.tenant_id; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(tenant_id) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.id; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(id) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.account_id; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(account_id) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.trunk_id; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(trunk_id) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.username; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(username) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.realm; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(realm) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.rotated_at; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(rotated_at) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.created_at; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(created_at) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: COLUMN trunk_credentials.updated_at; Type: ACL; Schema: routing; Owner: -

GRANT SELECT(updated_at) ON TABLE routing.trunk_credentials TO heddle_report;

-- Name: TABLE trunks; Type: ACL; Schema: routing; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE routing.trunks TO heddle_app;
GRANT SELECT ON TABLE routing.trunks TO heddle_engine;
GRANT SELECT ON TABLE routing.trunks TO heddle_report;

-- Name: TABLE carriers; Type: ACL; Schema: vendor_mgmt; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE vendor_mgmt.carriers TO heddle_app;
GRANT SELECT ON TABLE vendor_mgmt.carriers TO heddle_report;

-- Name: TABLE vendors; Type: ACL; Schema: vendor_mgmt; Owner: -

GRANT SELECT,INSERT,UPDATE ON TABLE vendor_mgmt.vendors TO heddle_app;
GRANT SELECT ON TABLE vendor_mgmt.vendors TO heddle_report;

-- Name: DEFAULT PRIVILEGES FOR FUNCTIONS; Type: DEFAULT ACL; Schema: -; Owner: -

ALTER DEFAULT PRIVILEGES FOR ROLE heddle_owner REVOKE ALL ON FUNCTIONS  FROM PUBLIC;

-- PostgreSQL database dump complete



