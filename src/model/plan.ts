import type { CrossProduct } from "./crossProduct.js";
import { type CrossProductPlan, downdateCrossProduct, planCrossProduct } from "./crossProductPlan.js";
import { type Groups, groupAll, groupPresent, type LevelOrder, orderByLevel } from "./groups.js";
import type { Model } from "./model.js";
import { findVisitPatterns, type VisitPatterns } from "./visitPatterns.js";

/** Everything that follows from the design alone, made once a fit. Plain data: it can be sent to threads or stored. */
export interface Plan {
  readonly model: Model;
  readonly levelOrder: LevelOrder;
  readonly all: VertexDesign;
  readonly crossProduct: CrossProductPlan;
}

/** What the vertices with the same images present share. */
export interface VertexDesign {
  readonly groups: Groups;
  readonly patterns: VisitPatterns;
  readonly crossProduct: CrossProduct;
}

/** A model with its images grouped by level: the part of a plan that is quick to make. */
export interface GroupedModel {
  readonly model: Model;
  readonly levelOrder: LevelOrder;
  readonly groups: Groups;
}

/** Groups the images of a model by level. */
export function groupModel(model: Model): GroupedModel {
  const levelOrder = orderByLevel(model);
  return { model, levelOrder, groups: groupAll(model, levelOrder) };
}

/** Plans a model: thin QRs by level, visit patterns, and X'V⁻¹X as a function of D. */
export function planModel(model: Model): Plan {
  return planGrouped(groupModel(model));
}

/** Plans a model whose images are grouped. */
export function planGrouped({ model, levelOrder, groups }: GroupedModel): Plan {
  const patterns = findVisitPatterns(groups, model.levels, model.q);
  const crossProduct = planCrossProduct(model, levelOrder, groups, patterns);
  return {
    model,
    levelOrder,
    all: { groups, patterns, crossProduct: crossProduct.crossProduct },
    crossProduct,
  };
}

/** The design of vertices at which the given images (ascending indices) are missing. */
export function designWithout(plan: Plan, missing: Int32Array): VertexDesign {
  if (missing.length === 0) return plan.all;
  const { model, levelOrder, all } = plan;
  const present = groupPresent(model, levelOrder, all.groups, missing);
  const patterns = findVisitPatterns(present.groups, model.levels, model.q);
  const crossProduct = downdateCrossProduct(model, all.groups, plan.crossProduct, present, patterns);
  return { groups: present.groups, patterns, crossProduct };
}
