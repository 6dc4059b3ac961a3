#pragma once

#include "audit/claims/claim_table.h"
#include "audit/claims/figure.h"
#include "config/toml_node.h"
#include "registry/registry.h"

namespace assay::audit {

/// Reads `"2.664e6 gpu_h"` or `{ value, to, relation, source, locator, mark }`. What a figure does
/// not say of its source it takes from `fallback`. Throws: DataError for a bare number, an unknown
/// unit, a range turned round, an absurd magnitude, a missing source or an unknown mark.
Figure read_figure(const TomlNode& node, const SourceRef& fallback);

/// Reads source, locator and mark from a table, or from `fallback` what is absent.
SourceRef read_source(ClaimTable& table, const SourceRef& fallback);

}  // namespace assay::audit
