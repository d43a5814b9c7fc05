#ifndef CARROW_SHIM_H
#define CARROW_SHIM_H
#ifdef __cplusplus
extern "C" {
#endif
const char *if_arrow_version(void);
#ifdef __cplusplus
}
#endif
#endif
