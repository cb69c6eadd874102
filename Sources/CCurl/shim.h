#ifndef HEDDLE_CCURL_H
#define HEDDLE_CCURL_H

/* curl_easy_setopt takes what it is given by `...`, which Swift cannot call: here is the one thing that is done by
   libcurl, sending one mail by SMTP (RFC 5321). It blocks. */

#include <curl/curl.h>
#include <string.h>

/* Of libcurl's codes: it was sent; the server refused the sender, a recipient, or that the mail begins. */
#define HEDDLE_MAIL_SENT 0
#define HEDDLE_MAIL_REFUSED 55
_Static_assert(HEDDLE_MAIL_SENT == CURLE_OK && HEDDLE_MAIL_REFUSED == CURLE_SEND_ERROR, "libcurl has other codes");

/* What is still to be sent. */
struct heddle_mail_body {
    const unsigned char *bytes;
    size_t size;
    size_t sent;
};

/* The last line that the server said, cut. */
struct heddle_mail_answer {
    char *text;
    size_t size;
};

static size_t heddle_mail_read(char *buffer, size_t size, size_t count, void *context) {
    struct heddle_mail_body *body = (struct heddle_mail_body *)context;
    size_t part = body->size - body->sent;
    if (part > size * count) part = size * count;
    memcpy(buffer, body->bytes + body->sent, part);
    body->sent += part;
    return part;
}

static size_t heddle_mail_heard(char *line, size_t size, size_t count, void *context) {
    struct heddle_mail_answer *answer = (struct heddle_mail_answer *)context;
    size_t length = size * count;
    /* The answer to QUIT says nothing of the mail. */
    if (length >= 3 && memcmp(line, "221", 3) == 0) return size * count;
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n')) length--;
    if (length > answer->size - 1) length = answer->size - 1;
    memcpy(answer->text, line, length);
    answer->text[length] = 0;
    return size * count;
}

/* Sends one mail. Texts that are empty are not there: a login, a file of certificates. `recipients` are one a line.
   `tls` is 0 for none, 1 for TLS or nothing at all. Gives libcurl's code; the server's last code and line; and whether
   the mail itself was being read by it. `answer` has `answer_size` bytes, 1 at least. */
static inline int heddle_send_mail(const char *url, int tls, const char *certificates, const char *user,
                                   const char *password, const char *sender, const char *recipients,
                                   const unsigned char *bytes, long size, long connect_ms, long limit_ms,
                                   long *status, int *began, char *answer, long answer_size) {
    struct heddle_mail_body body = {bytes, (size_t)size, 0};
    struct heddle_mail_answer heard = {answer, (size_t)answer_size};
    struct curl_slist *list = NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    CURL *curl = curl_easy_init();
    answer[0] = 0;
    *status = 0;
    *began = 0;
    while (curl != NULL && *recipients != 0) {
        char one[512];
        size_t length = strcspn(recipients, "\n");
        struct curl_slist *longer = NULL;
        if (length < sizeof one) {
            memcpy(one, recipients, length);
            one[length] = 0;
            longer = curl_slist_append(list, one);
        }
        if (longer == NULL) goto end;
        list = longer;
        recipients += length + (recipients[length] == '\n');
    }
    if (curl == NULL || list == NULL) goto end;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    /* Nothing of the environment or of the user's files changes where mail goes. */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (*certificates) curl_easy_setopt(curl, CURLOPT_CAINFO, certificates);
    if (*user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, list);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, heddle_mail_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, (void *)&body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, heddle_mail_heard);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, (void *)&heard);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, limit_ms);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    *began = body.sent > 0;
end:
    curl_slist_free_all(list);
    if (curl != NULL) curl_easy_cleanup(curl);
    return (int)code;
}

/* What a code of libcurl means, in words. */
static inline const char *heddle_mail_fault(int code) { return curl_easy_strerror((CURLcode)code); }

#endif
