# Reference values of R's mice for IFImputeTests.
#   Rscript Scripts/golden/impute/mice.R <folder of mice data> Tests/IFImputeTests/Golden
# The folder holds nhanes.csv, nhanes2.csv and airquality.csv; only statistics of imputations are written, no rows.
suppressMessages(library(mice))
args <- commandArgs(trailingOnly = TRUE)
data_dir <- args[1]
out_dir <- args[2]

# A JSON writer for what is needed here: named lists, numeric vectors, strings.
json <- function(x) {
  if (is.list(x)) {
    if (!is.null(names(x))) {
      return(paste0("{", paste0('"', names(x), '": ', vapply(x, json, ""), collapse = ",\n"), "}"))
    }
    return(paste0("[", paste0(vapply(x, json, ""), collapse = ",\n"), "]"))
  }
  if (is.character(x)) {
    text <- paste0('"', gsub('"', "'", x), '"')
  } else {
    text <- ifelse(is.finite(x), formatC(x, digits = 15, width = 1, format = "g"), "null")
  }
  if (length(x) == 1 && is.null(attr(x, "array"))) return(text)
  paste0("[", paste0(text, collapse = ", "), "]")
}
array_of <- function(x) structure(as.vector(x), array = TRUE)
save <- function(name, value) {
  head <- list(reference = paste0("R ", getRversion(), ", mice ", packageVersion("mice")),
               command = "Rscript Scripts/golden/impute/mice.R <mice data> Tests/IFImputeTests/Golden")
  writeLines(json(c(head, value)), file.path(out_dir, name))
}

# --- Bayesian linear regression: what norm.draw draws around ----------------------------------------------------------
# Data by a formula that the test repeats: a linear congruential generator modulo 2^31.
lcg <- function(n, seed) {
  out <- numeric(n)
  state <- seed
  for (i in seq_len(n)) {
    state <- (state * 16807) %% 2147483647
    out[i] <- state / 2147483647
  }
  out
}
regression <- lapply(list(c(40, 3, 1e0), c(25, 1, 1e3), c(12, 2, 1e0), c(200, 6, 1e2)), function(shape) {
  n <- shape[1]; p <- shape[2]; offset <- shape[3]
  u <- matrix(lcg(n * (p + 1), 12345), nrow = n)
  x <- offset + 10 * u[, 1:p, drop = FALSE]
  y <- 3 + as.vector(u[, 1:p, drop = FALSE] %*% seq_len(p)) + 2 * u[, p + 1]
  fit <- mice:::estimice(cbind(1, x), y)
  list(rows = n, predictors = p, offset = offset, coefficients = array_of(fit$c),
       residualSumOfSquares = sum(fit$r^2), degreesOfFreedom = fit$df, covariance = array_of(fit$v))
})
save("regression.json", list(cases = regression))

# --- Pooling --------------------------------------------------------------------------------------------------------------
pool_case <- function(q, u, n = Inf, k = 1) {
  p <- pool.scalar(q, u, n = n, k = k)
  list(estimates = array_of(q), variances = array_of(u), complete = n - k, qbar = p$qbar, ubar = p$ubar, b = p$b,
       t = p$t, df = p$df, r = p$r, fmi = p$fmi)
}
save("pooling.json", list(cases = list(
  pool_case(c(2.1, 1.9, 2.6, 2.2, 1.7), c(0.2, 0.25, 0.18, 0.22, 0.3)),
  pool_case(c(2.1, 1.9, 2.6, 2.2, 1.7), c(0.2, 0.25, 0.18, 0.22, 0.3), n = 25, k = 2),
  pool_case(c(-1.5, 3.25), c(1.25, 0.75), n = 100, k = 4),
  pool_case(c(1, 1, 1), c(0.5, 0.5, 0.5), n = 30, k = 1),
  pool_case(c(0.001, 0.0012, 0.0009, 0.0011), c(1e-8, 2e-8, 1.5e-8, 1e-8)))))

# --- Imputations in distribution -----------------------------------------------------------------------------------------
# For each missing cell over m chains: mean, deviation, and the distribution function on a grid of its column.
describe <- function(imp, columns) {
  out <- lapply(columns, function(column) {
    draws <- as.matrix(imp$imp[[column]])
    if (!is.numeric(draws)) draws <- matrix(as.integer(factor(draws, levels = levels(imp$data[[column]]))) - 1, nrow(draws))
    grid <- as.vector(quantile(draws, seq(0.05, 0.95, 0.05), type = 1))
    list(grid = array_of(grid), means = array_of(rowMeans(draws)), deviations = array_of(apply(draws, 1, sd)),
         cdf = lapply(seq_len(nrow(draws)), function(row) array_of(sapply(grid, function(g) mean(draws[row, ] <= g)))))
  })
  names(out) <- columns
  out
}
pooled <- function(imp, formula) {
  fits <- lapply(seq_len(imp$m), function(i) lm(as.formula(formula), data = complete(imp, i)))
  q <- sapply(fits, coef)
  u <- sapply(fits, function(f) diag(vcov(f)))
  list(names = array_of(rownames(q)), means = array_of(rowMeans(q)), between = array_of(apply(q, 1, var)),
       within = array_of(rowMeans(u)))
}
m <- 500
nhanes_data <- read.csv(file.path(data_dir, "nhanes.csv"))
nhanes2_data <- read.csv(file.path(data_dir, "nhanes2.csv"), stringsAsFactors = TRUE)
air <- read.csv(file.path(data_dir, "airquality.csv"))[, -1]
run <- function(data, method, maxit, formula, columns) {
  imp <- mice(data, m = m, maxit = maxit, method = method, seed = 20, printFlag = FALSE)
  list(chains = m, iterations = maxit, formula = formula, pooled = pooled(imp, formula), columns = describe(imp, columns))
}
save("nhanes_pmm.json", run(nhanes_data, "pmm", 15, "chl ~ age + bmi", c("bmi", "hyp", "chl")))
save("airquality_pmm.json", run(air, "pmm", 10, "Ozone ~ Solar.R + Wind + Temp", c("Ozone", "Solar.R")))
save("airquality_norm.json", run(air, "norm", 10, "Ozone ~ Solar.R + Wind + Temp", c("Ozone", "Solar.R")))
save("nhanes2_logreg.json", run(nhanes2_data, c("", "pmm", "logreg", "pmm"), 15, "chl ~ bmi", c("bmi", "hyp", "chl")))
