#include "specs/expert_dispatch.h"

#include <algorithm>
#include <cmath>

#include "error/error.h"
#include "specs/family.h"

namespace assay {

std::optional<ExpertDispatch> expert_dispatch_of(const TomlTable& model) {
  const std::vector<FieldInfo> fields = family_of(model).fields();
  const bool has_experts = std::ranges::any_of(fields, [](const FieldInfo& field) {
    return field.path.ends_with("dispatch.forced_balance");
  });
  if (!has_experts) return std::nullopt;
  const TomlNode* node = model.find("dispatch");
  if (node == nullptr) return ExpertDispatch{};
  return parse_table<ExpertDispatch>(std::get<TomlTable>(node->value));
}

int64_t expert_capacity(int64_t num_tokens, int64_t top_k, int64_t num_experts, double factor) {
  const double even = static_cast<double>(num_tokens * top_k) / static_cast<double>(num_experts);
  return std::min(num_tokens, static_cast<int64_t>(std::ceil(factor * even)));
}

void require_hf_dispatch(const ExpertDispatch& dispatch) {
  if (dispatch.forced_balance) {
    throw ConfigError("[specs] forced-balanced routing has no Hugging Face form");
  }
  if (dispatch.capacity_factor) {
    throw ConfigError(
        "[specs] dropping tokens (dispatch.capacity_factor) has no Hugging Face form: transformers "
        "computes every choice");
  }
}

}  // namespace assay
