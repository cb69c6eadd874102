-- Webhooks are made, tested and sent to again through the API: as whoever asks for it may.

grant insert on integration.deliveries to heddle_app;
