#pragma once

#include "audit/comparison/comparison.h"
#include "audit/rules/relation_rows.h"

namespace assay::audit {

/// True for the relations of carbon with energy or power.
bool is_carbon_relation(const Relation& relation);

/// Turns a fail of a relation into a flag where something that is not printed explains it: nominal
/// power that is not drawn, devices that are not always at work, an amount that holds more than the
/// hours, certificates, and what was emitted for the devices' making.
void excuse_miss(const RuleContext& context, const ClaimPart& part, const RelationRow& row,
                 const Relation& relation, Finding& finding);

}  // namespace assay::audit
