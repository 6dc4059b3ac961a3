#pragma once

#include <optional>
#include <string>

#include "audit/rule_context.h"
#include "specs/model_spec.h"

namespace assay::audit {

/// FLOPs of one trained token as a term with a formula that a reader can redo: the shape's matrix
/// weights and attention products written out. Nothing where the shape is unknown, or where an
/// exact convention lacks the sequence length. `six_nd` of a model without a shape uses its
/// published active (else total) parameters, and where the registry has no such model those that
/// the claim prints (`active_params`, else `params`).
std::optional<Term> flops_per_token_term(const RuleContext& context, const ClaimPart& part,
                                         FlopConvention convention, const Figure* seq_len);

/// The matrix weights that a token meets, from the registered shape; nothing without one.
std::optional<Term> matmul_parameters_term(const RuleContext& context, const ClaimPart& part);

/// False where `flops_per_token_term` rests on stored parameters alone: a mixture of experts would
/// need far fewer FLOPs, so its result is a ceiling.
bool active_parameters_known(const RuleContext& context, const ClaimPart& part);

/// The same written out in parameters, layers, heads and widths: "6 * (...) + ...".
std::optional<Term> flops_formula_term(const RuleContext& context, const std::string& model,
                                       FlopConvention convention, const Figure& seq_len);

/// A device's dense peak for matrix products in 16 bits: BF16, FP16 where it has none.
struct Peak {
  Term term;         ///< in FLOP/s
  std::string name;  ///< "h800-sxm dense BF16"
};
std::optional<Peak> headline_peak(const RuleContext& context, const std::string& device);

/// The highest dense peak of any precision that the claim admits: its stated one and wider ones,
/// else every floating-point precision that the device has. Of equal peaks the stated precision's
/// is named, else BF16's.
std::optional<Peak> highest_peak(const RuleContext& context, const std::string& device,
                                 const std::string& precision);

/// Devices of a part: printed, or nodes times devices per node. The second takes nothing from other
/// claims.
std::optional<Term> devices_term(const RuleContext& context, const ClaimPart& part);
std::optional<Term> own_devices_term(const RuleContext& context, const ClaimPart& part);

/// Accelerator-hours of a part: printed, or devices times wall time, or rate times tokens.
std::optional<Term> hours_term(const RuleContext& context, const ClaimPart& part);

/// The MFU against the headline's peak beyond which no precision of the device that the part's
/// allows could do the work: the physical band's bound.
std::optional<double> highest_admissible_mfu(const RuleContext& context, const ClaimPart& part);

/// The band of usual MFU in configs/registry/bands: "mfu-dense" for dense models on devices since
/// Ampere (2020-05), else "mfu-other".
std::string_view usual_mfu_band(const RuleContext& context, const std::string& model,
                                const std::string& device);

}  // namespace assay::audit
