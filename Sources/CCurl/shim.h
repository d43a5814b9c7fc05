// libcurl sets options through variadic functions, which Swift cannot call, and reports results in an anonymous union.
// The functions here give each combination of types that IFAWS uses a name of its own; they hold no logic.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H
#include <curl/curl.h>
#include <stddef.h>

typedef size_t (*ifcurl_data_function)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ifcurl_seek_function)(void *context, curl_off_t offset, int origin);

static inline CURLcode ifcurl_global_init(void) { return curl_global_init(CURL_GLOBAL_ALL); }

static inline CURLcode ifcurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ifcurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ifcurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ifcurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ifcurl_set_headers(CURL *handle, struct curl_slist *value) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, value);
}

static inline CURLcode ifcurl_set_data_function(CURL *handle, CURLoption option, ifcurl_data_function value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ifcurl_set_seek_function(CURL *handle, ifcurl_seek_function value) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLMcode ifcurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode ifcurl_multi_wait(CURLM *multi, int milliseconds) {
    return curl_multi_poll(multi, NULL, 0, milliseconds, NULL);
}

// The next transfer that ended and how, NULL where none did.
static inline CURL *ifcurl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

#endif
