#include "specs/shape_rules.h"

#include <fmt/format.h>

namespace assay::specs {

void require_shared_heads(const FieldPlaces& at, int64_t num_heads, int64_t num_kv_heads,
                          std::string_view key) {
  if (num_heads % num_kv_heads == 0) return;
  at.fail(key,
          fmt::format("key heads do not divide the query heads: num_heads {} / num_kv_heads {}",
                      num_heads, num_kv_heads));
}

void require_even_head(const FieldPlaces& at, std::string_view key, int64_t d_head) {
  if (d_head % 2 == 0) return;
  at.fail(key, fmt::format("rotary positions need heads of even width: {}", d_head));
}

void require_whole_heads(const FieldPlaces& at, int64_t d_model, int64_t num_heads) {
  if (d_model % num_heads == 0) return;
  at.fail("num_heads", fmt::format("heads do not divide the width: d_model {} / num_heads {}",
                                   d_model, num_heads));
}

void require_enough_experts(const FieldPlaces& at, int64_t num_experts, int64_t top_k) {
  if (top_k <= num_experts) return;
  at.fail("top_k", fmt::format("more experts chosen than there are: top_k {}, num_experts {}",
                               top_k, num_experts));
}

void require_mixture_layers(const FieldPlaces& at, int64_t num_layers, int64_t num_dense_layers) {
  if (num_dense_layers < num_layers) return;
  at.fail("num_dense_layers", fmt::format("no layer is left for the experts: {} of {} are dense",
                                          num_dense_layers, num_layers));
}

void require_whole_groups(const FieldPlaces& at, std::string_view key, int64_t num_experts,
                          int64_t num_groups, int64_t top_groups, int64_t top_k) {
  if (top_groups > num_groups || num_experts % num_groups != 0) {
    at.fail(key, fmt::format("groups do not fit: num_experts {}, num_groups {}, top_groups {}",
                             num_experts, num_groups, top_groups));
  }
  if (top_k > top_groups * (num_experts / num_groups)) {
    at.fail(key, fmt::format("fewer experts in a token's groups than it chooses: top_k {}, "
                             "top_groups {} of {} experts each",
                             top_k, top_groups, num_experts / num_groups));
  }
}

}  // namespace assay::specs
