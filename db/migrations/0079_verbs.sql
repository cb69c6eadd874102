-- What is done through the API with what has verbs (docs/decisions/0035): webhooks are made, tested and sent to again
-- as whoever asks for it may; balances are corrected by staff, as the engine.

grant insert on integration.deliveries to heddle_app;
grant execute on function billing.adjust(uuid, uuid, uuid, numeric, text),
                          billing.change_credit_limit(uuid, uuid, numeric, text) to heddle_engine;
