-- What a carrier trunk can do with a call, beside its price: which codecs it takes, and whether it is told what is
-- known of the called number's porting.
--
-- A call offers its codecs in the SDP of its INVITE (RFC 8866). The router reads the names alone; a call without an
-- offer, or with one that it cannot read, goes to every carrier.

create domain routing.codecs as text[]
    constraint codecs_are_known check (
        value <@ array['amr', 'amr_wb', 'evs', 'g722', 'g7221', 'g723', 'g726', 'g728', 'g729', 'gsm', 'ilbc', 'l16',
                       'opus', 'pcma', 'pcmu', 'speex'])
    constraint codecs_are_at_most_sixteen check (cardinality(value) <= 16);
comment on domain routing.codecs is
    'Codecs, as offers name them (a=rtpmap) but in lower case: amr, amr_wb, evs, g722, g7221, g723, g726 at any rate, '
    'g728, g729 with any annex, gsm, ilbc, l16, opus, pcma, pcmu, speex.';

alter table routing.carrier_trunks
    add column codecs routing.codecs not null default '{}',
    add column sends_porting boolean not null default false;
comment on column routing.carrier_trunks.codecs is
    'Codecs that it takes; empty takes any. It gets no call that offers others alone (codec_not_taken).';
comment on column routing.carrier_trunks.sends_porting is
    'Whether it is told what is known of the called number''s porting, as npdi and rn in the request URI (RFC 4694), '
    'so that it need not ask again. Not every carrier reads a number that has parameters.';
