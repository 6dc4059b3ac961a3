#pragma once

#include <nlohmann/json.hpp>

#include "audit/verdict.h"

namespace assay::report {

/// One entry of `claims` in the JSON of `assay audit` and `assay report`: `claim`, `verdict`,
/// `sentence`, `claimed`, `recomputed`, `implied.mfu.{six_nd,exact_causal,exact_full}`, `checks`,
/// `flags`, `missing` and what else the verdict holds. What is absent is null.
nlohmann::ordered_json verdict_json(const Verdict& verdict);

}  // namespace assay::report
