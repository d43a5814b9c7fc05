# mice on the users table of intervals.py: predictive mean matching of types 1 and 2.
#   Rscript Scripts/golden/impute/intervals_mice.R Tests/IFImputeTests/Golden
suppressMessages(library(mice))
out_dir <- commandArgs(trailingOnly = TRUE)[1]
state <- 2024
uniform <- function() {
  state <<- (state * 16807) %% 2147483647
  state / 2147483647
}
users <- data.frame(days_imp = numeric(500), frequency = numeric(500))
for (user in 1:500) {
  n <- 1 + floor(uniform() * 12)
  mean <- 3 + 30 * uniform()
  for (number in 1:n) {
    draw <- -mean * log(1 - uniform())
    days <- if (number == 1) 0 else min(30, floor(draw))
  }
  users[user, ] <- c(if (days == 30) NA else days, n)
}
missing <- is.na(users$days_imp)
groups <- findInterval(users$frequency[missing], c(4, 7, 10))
m <- 300
summary_of <- function(type, donors) {
  imp <- mice(users, m = m, maxit = 2, method = "pmm", matchtype = type, donors = donors, seed = 11, printFlag = FALSE)
  draws <- as.matrix(imp$imp$days_imp)
  means <- rbind(t(sapply(0:3, function(g) colMeans(draws[groups == g, ]))), colMeans(draws))
  list(rowMeans(means), apply(means, 1, sd))
}
numbers <- function(x) paste0("[", paste(formatC(x, digits = 15, format = "g", width = 1), collapse = ", "), "]")
cases <- sapply(list(c(1, 5), c(1, 20), c(2, 20)), function(case) {
  values <- summary_of(case[1], case[2])
  sprintf('  {"type": %d, "donors": %d, "chains": %d, "means": %s, "deviations": %s}', case[1], case[2], m,
          numbers(values[[1]]), numbers(values[[2]]))
})
writeLines(c(
  "{", sprintf(' "reference": "R %s, mice %s",', getRversion(), packageVersion("mice")),
  ' "command": "Rscript Scripts/golden/impute/intervals_mice.R Tests/IFImputeTests/Golden",',
  sprintf(' "missing": %d,', sum(missing)), sprintf(' "observedSum": %d,', sum(users$days_imp, na.rm = TRUE)),
  sprintf(' "frequencySum": %d,', sum(users$frequency)), ' "cases": [', paste(cases, collapse = ",\n"), " ]", "}"),
  file.path(out_dir, "intervals_mice.json"))
