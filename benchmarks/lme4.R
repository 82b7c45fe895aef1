# The same study by lme4: the formula and the design are read once, and the deviance is minimized anew for the images of each
# vertex, from lme4's own start. lme4 keeps that start in memory that its optimizer writes to: it is copied first, or a
# vertex would begin where the one before it ended, be it on the edge.
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
start <- parsed$reTrms$theta * 1
rows <- lapply(seq_len(vertices), function(v) {
  inside$resp$setResp(as.numeric(Y[, v]))
  optimum <- optimizeLmer(
    deviance,
    start = start * 1,
    optimizer = control$optimizer, control = control$optCtrl,
    restart_edge = control$restart_edge, boundary.tol = control$boundary.tol, calc.derivs = FALSE
  )
  fit <- mkMerMod(inside, optimum, parsed$reTrms, fr = parsed$fr)
  c(logLik(fit), sigma(fit)^2, fixef(fit), sqrt(diag(as.matrix(vcov(fit)))))
})
write.table(
  format(do.call(rbind, rows), digits = 16),
  arguments[2],
  sep = ",", row.names = FALSE, col.names = FALSE, quote = FALSE
)
