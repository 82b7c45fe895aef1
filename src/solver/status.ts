/** What `blmm_vox_status` says of a vertex. */
export const Status = { outside: 0, converged: 1, singular: 2, notConverged: 3 } as const;
