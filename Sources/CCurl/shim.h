#ifndef HEDDLE_CCURL_H
#define HEDDLE_CCURL_H

/* curl_easy_setopt takes what it is given by `...`, which Swift cannot call: here is the one thing that is done by
   libcurl, sending one mail by SMTP (RFC 5321). It blocks. */

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of libcurl's codes: it was sent; the server refused the sender, a recipient, or that the mail begins;
   it took longer than it may. */
#define HEDDLE_MAIL_SENT 0
#define HEDDLE_MAIL_REFUSED 55
#define HEDDLE_MAIL_LATE 42
_Static_assert(HEDDLE_MAIL_SENT == CURLE_OK && HEDDLE_MAIL_REFUSED == CURLE_SEND_ERROR &&
               HEDDLE_MAIL_LATE == CURLE_ABORTED_BY_CALLBACK, "libcurl has other codes");

/* A mail on its way: what is still to be sent of it, what the server said, and since when it may take how long. */
struct heddle_mail_session {
    const unsigned char *bytes;
    size_t size;
    size_t sent;
    /* The last line that the server said, cut, and its code. */
    char *answer;
    size_t answer_size;
    long status;
    /* Whether it said what became of the mail. */
    int answered;
    /* When this stage ends, and how long the next may take. */
    long ends_ms;
    long answer_ms;
    long quit_ms;
};

static long heddle_mail_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t heddle_mail_read(char *buffer, size_t size, size_t count, void *context) {
    struct heddle_mail_session *mail = (struct heddle_mail_session *)context;
    size_t part = mail->size - mail->sent;
    if (part > size * count) part = size * count;
    memcpy(buffer, mail->bytes + mail->sent, part);
    mail->sent += part;
    /* From now on the server may have it. */
    if (part > 0 && mail->sent == mail->size) mail->ends_ms = heddle_mail_now() + mail->answer_ms;
    return part;
}

static size_t heddle_mail_heard(char *line, size_t size, size_t count, void *context) {
    struct heddle_mail_session *mail = (struct heddle_mail_session *)context;
    size_t length = size * count;
    /* What it says of the session's end says nothing of the mail. */
    if (mail->answered || (length >= 3 && memcmp(line, "221", 3) == 0)) return size * count;
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n')) length--;
    if (mail->sent == mail->size && (length < 4 || line[3] != '-')) {
        mail->answered = 1;
        mail->ends_ms = heddle_mail_now() + mail->quit_ms;
    }
    if (length > mail->answer_size - 1) length = mail->answer_size - 1;
    memcpy(mail->answer, line, length);
    mail->answer[length] = 0;
    mail->status = strtol(mail->answer, NULL, 10);
    return size * count;
}

/* Is called once a second at least, also while libcurl waits for an answer. */
static int heddle_mail_is_late(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return heddle_mail_now() > ((struct heddle_mail_session *)context)->ends_ms;
}

/* Sends one mail. Texts that are empty are not there: a login, a file of certificates. `recipients` are one a line.
   `tls` is 0 for none, 1 for TLS or nothing at all. Until the server has it whole it may take `limit_ms`, then
   `answer_ms` until it says what became of it, and `quit_ms` to end the session. Gives libcurl's code; the server's
   last code and line; whether the mail itself was being read by it (`began`), and whether it was given whole
   (`handed`). `answer` has `answer_size` bytes, 1 at least. */
static inline int heddle_send_mail(const char *url, int tls, const char *certificates, const char *user,
                                   const char *password, const char *sender, const char *recipients,
                                   const unsigned char *bytes, long size, long connect_ms, long limit_ms,
                                   long answer_ms, long quit_ms, long *status, int *began, int *handed, char *answer,
                                   long answer_size) {
    struct heddle_mail_session mail = {bytes, (size_t)size, 0, answer, (size_t)answer_size, 0, 0,
                                       heddle_mail_now() + limit_ms, answer_ms, quit_ms};
    struct curl_slist *list = NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;
    CURL *curl = curl_easy_init();
    answer[0] = 0;
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
    if (*certificates) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, certificates);
        /* Or the directory of the system's would do as well. */
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    if (*user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, list);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, heddle_mail_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, (void *)&mail);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, heddle_mail_heard);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, (void *)&mail);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, heddle_mail_is_late);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)&mail);
    /* An answer is waited for two minutes, else. */
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1 + (limit_ms > answer_ms ? limit_ms : answer_ms) / 1000);
    /* The session ends in here, where it has a limit, and not when libcurl is let go. */
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    code = curl_easy_perform(curl);
end:
    *status = mail.status;
    *began = mail.sent > 0;
    *handed = mail.sent == mail.size;
    curl_slist_free_all(list);
    if (curl != NULL) curl_easy_cleanup(curl);
    return (int)code;
}

/* What a code of libcurl means, in words. */
static inline const char *heddle_mail_fault(int code) { return curl_easy_strerror((CURLcode)code); }

#endif
