# The same study by lme4: one model is built, and its deviance minimized anew for the images of each vertex. (`refit` would
# do that in one call; that of lme4 1.1-31 ends at another likelihood than `lmer` on the same images.)
# Rscript benchmarks/lme4.R FOLDER OUT.csv: a folder with images.txt, X.csv, Z.csv and subjects.csv.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
X <- as.matrix(read.csv(file.path(folder, "X.csv")))
Z <- as.matrix(read.csv(file.path(folder, "Z.csv")))
subject <- factor(read.csv(file.path(folder, "subjects.csv"))[[1]])
files <- readLines(file.path(folder, "images.txt"))
vertices <- file.size(files[1]) / 4
Y <- t(vapply(files, function(file) readBin(file, "double", vertices, size = 4), numeric(vertices)))
control <- lmerControl(
  calc.derivs = FALSE,
  check.conv.singular = "ignore",
  check.conv.grad = "ignore",
  check.conv.hess = "ignore",
  check.nobs.vs.nRE = "ignore",
  check.nobs.vs.nlev = "ignore"
)
parsed <- lFormula(Y[, 1] ~ 0 + X + (0 + Z | subject), REML = TRUE, control = control)
deviance <- do.call(mkLmerDevfun, c(parsed, list(control = control)))
inside <- environment(deviance)
rows <- lapply(seq_len(vertices), function(v) {
  inside$resp$setResp(as.numeric(Y[, v]))
  optimum <- optimizeLmer(deviance, start = parsed$reTrms$theta, calc.derivs = FALSE)
  fit <- mkMerMod(inside, optimum, parsed$reTrms, fr = parsed$fr)
  c(logLik(fit), sigma(fit)^2, fixef(fit), sqrt(diag(as.matrix(vcov(fit)))))
})
write.table(
  format(do.call(rbind, rows), digits = 16),
  arguments[2],
  sep = ",", row.names = FALSE, col.names = FALSE, quote = FALSE
)
