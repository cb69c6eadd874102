#ifndef HEDDLE_CCRYPT_H
#define HEDDLE_CCRYPT_H

/* Of libxcrypt's crypt.h only what is used. */
#define HEDDLE_CRYPT_DATA_SIZE 32768
char *crypt_rn(const char *phrase, const char *setting, void *data, int size);
char *crypt_gensalt_rn(const char *prefix, unsigned long count, const char *random, int random_size, char *output,
                       int output_size);

#endif
