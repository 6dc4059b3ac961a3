#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace assay::audit {

/// Whether a published figure contains a part of what development costs.
enum class ScopeState { kNotStated, kIncluded, kExcluded };
/// "not-stated", "included", "excluded".
std::string_view to_string(ScopeState state);
std::optional<ScopeState> scope_state(std::string_view text);

/// The eleven dimensions of a scope vector, in the order that reports show them.
inline constexpr std::array<std::string_view, 11> kScopeDimensions{
    "final-run", "context-extension", "post-training", "RL",    "failed-runs",
    "ablations", "data-synthesis",    "staff",         "capex", "energy",
    "inference"};

/// One state a dimension, in the order of kScopeDimensions.
using Scope = std::array<ScopeState, kScopeDimensions.size()>;

/// The position of a dimension, or nothing where the name is not one.
std::optional<size_t> scope_index(std::string_view dimension);

/// True where no dimension is stated.
bool is_unstated(const Scope& scope);

}  // namespace assay::audit
