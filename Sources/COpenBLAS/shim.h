// OpenBLAS carries BLAS and LAPACK in one library. LAPACK is called through its Fortran symbols, whose
// prototypes stand here (all arguments by address, hidden lengths of CHARACTER arguments last), so that
// neither liblapacke nor its header is needed.
#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H
#include <cblas.h>
#include <stddef.h>

typedef int if_lapack_int;

// Cholesky factorization.
void spotrf_(const char *uplo, const if_lapack_int *n, float *a, const if_lapack_int *lda, if_lapack_int *info,
             size_t uplo_length);
void dpotrf_(const char *uplo, const if_lapack_int *n, double *a, const if_lapack_int *lda, if_lapack_int *info,
             size_t uplo_length);
// Solution from a Cholesky factor.
void spotrs_(const char *uplo, const if_lapack_int *n, const if_lapack_int *nrhs, const float *a,
             const if_lapack_int *lda, float *b, const if_lapack_int *ldb, if_lapack_int *info, size_t uplo_length);
void dpotrs_(const char *uplo, const if_lapack_int *n, const if_lapack_int *nrhs, const double *a,
             const if_lapack_int *lda, double *b, const if_lapack_int *ldb, if_lapack_int *info, size_t uplo_length);
// Eigenvalues and eigenvectors of a symmetric matrix.
void dsyev_(const char *jobz, const char *uplo, const if_lapack_int *n, double *a, const if_lapack_int *lda, double *w,
            double *work, const if_lapack_int *lwork, if_lapack_int *info, size_t jobz_length, size_t uplo_length);

#endif
