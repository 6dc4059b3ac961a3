#pragma once

#include <string>

#include "report/document.h"

namespace assay::report {

/// One JSON object: `schema_version`, `registry_hash`, `command`, `generated_utc`, `runs` (each
/// with `sections`: key → figure → value, unit, text, provenance, note) and `claims`. What is
/// absent is null.
std::string to_json(const Document& document);

}  // namespace assay::report
