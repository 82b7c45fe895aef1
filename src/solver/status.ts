/**
 * What `blmm_vox_status` says of a vertex. `noResidual`: the likelihood rises as σ² → 0, and the search
 * stopped where the random effects' variance is 10⁸ times σ².
 */
export const Status = { outside: 0, converged: 1, singular: 2, notConverged: 3, noResidual: 4 } as const;
