#include "audit/forward_compute.h"

#include "audit/training_compute.h"

namespace assay::audit {

std::optional<Term> forward_flops_term(const RuleContext& context, const ClaimPart& part) {
  if (!active_parameters_known(context, part)) return std::nullopt;
  if (const std::optional<Term> matmul = matmul_parameters_term(context, part)) {
    return constant(2) * *matmul;
  }
  const std::optional<Term> six =
      flops_per_token_term(context, part, FlopConvention::kSixNd, nullptr);
  return six ? std::optional(*six / constant(3)) : std::nullopt;
}

}  // namespace assay::audit
