#include "specs/shape_rules.h"

#include <fmt/format.h>

#include "config/key_conflict.h"

namespace assay::specs {
namespace {

/// "n_embd 768": a size under the name that its document gives it.
std::string named(const FieldPlaces& at, std::string_view path, int64_t value) {
  return fmt::format("{} {}", at.name_of(path), value);
}

}  // namespace

void require_shared_heads(const FieldPlaces& at, int64_t num_heads, int64_t num_kv_heads,
                          std::string_view path) {
  if (num_heads % num_kv_heads == 0) return;
  fail_among(at, {path, "num_heads"},
             fmt::format("key heads do not divide the query heads: {} / {}",
                         named(at, "num_heads", num_heads), named(at, path, num_kv_heads)));
}

void require_even_head(const FieldPlaces& at, std::string_view path, int64_t d_head) {
  if (d_head % 2 == 0) return;
  at.fail(path, fmt::format("rotary positions need heads of even width: {}", d_head));
}

void require_whole_heads(const FieldPlaces& at, int64_t d_model, int64_t num_heads) {
  if (d_model % num_heads == 0) return;
  fail_among(at, {"num_heads", "d_model"},
             fmt::format("heads do not divide the width: {} / {}", named(at, "d_model", d_model),
                         named(at, "num_heads", num_heads)));
}

void require_enough_experts(const FieldPlaces& at, int64_t num_experts, int64_t top_k) {
  if (top_k <= num_experts) return;
  fail_among(at, {"top_k", "num_experts"},
             fmt::format("more experts chosen than there are: {}, {}", named(at, "top_k", top_k),
                         named(at, "num_experts", num_experts)));
}

void require_mixture_layers(const FieldPlaces& at, int64_t num_layers, int64_t num_dense_layers) {
  if (num_dense_layers < num_layers) return;
  fail_among(
      at, {"num_dense_layers", "num_layers"},
      fmt::format("no layer is left for the experts: {}, {}", named(at, "num_layers", num_layers),
                  named(at, "num_dense_layers", num_dense_layers)));
}

void require_whole_groups(const FieldPlaces& at, const ExpertGroups& groups) {
  const std::string num_path = fmt::format("{}num_groups", groups.table);
  const std::string top_path = fmt::format("{}top_groups", groups.table);
  const std::string experts = named(at, "num_experts", groups.num_experts);
  const std::string all = named(at, num_path, groups.num_groups);
  const std::string chosen = named(at, top_path, groups.top_groups);
  if (groups.num_experts % groups.num_groups != 0) {
    fail_among(at, {num_path, "num_experts"},
               fmt::format("groups of experts are not equal: {} / {}", experts, all));
  }
  if (groups.top_groups > groups.num_groups) {
    fail_among(at, {top_path, num_path},
               fmt::format("more groups chosen than there are: {}, {}", chosen, all));
  }
  const int64_t size = groups.num_experts / groups.num_groups;
  if (groups.top_k > groups.top_groups * size) {
    fail_among(at, {"top_k", top_path, num_path, "num_experts"},
               fmt::format("fewer experts in a token's groups than it chooses: {}, {} of {} "
                           "experts each",
                           named(at, "top_k", groups.top_k), chosen, size));
  }
}

}  // namespace assay::specs
