#include "audit/claims/scope.h"

#include <algorithm>

namespace assay::audit {

std::string_view to_string(ScopeState state) {
  switch (state) {
    case ScopeState::kIncluded:
      return "included";
    case ScopeState::kExcluded:
      return "excluded";
    case ScopeState::kNotStated:
      break;
  }
  return "not-stated";
}

std::optional<ScopeState> scope_state(std::string_view text) {
  for (const ScopeState state :
       {ScopeState::kNotStated, ScopeState::kIncluded, ScopeState::kExcluded}) {
    if (to_string(state) == text) return state;
  }
  return std::nullopt;
}

std::optional<size_t> scope_index(std::string_view dimension) {
  const auto* found = std::find(kScopeDimensions.begin(), kScopeDimensions.end(), dimension);
  if (found == kScopeDimensions.end()) return std::nullopt;
  return static_cast<size_t>(found - kScopeDimensions.begin());
}

bool is_unstated(const Scope& scope) {
  return std::all_of(scope.begin(), scope.end(),
                     [](ScopeState state) { return state == ScopeState::kNotStated; });
}

}  // namespace assay::audit
