#pragma once

#include <cstdint>
#include <string_view>

#include "config/field_parser.h"

/// Rules that several sizes of a family have to keep together. All throw the document's kind of
/// error at the place of a key, and name the keys as the document does. Paths may name an inner
/// table: "router.num_groups".
namespace assay::specs {

/// Query heads share the heads of keys and values evenly; `path` is that of the latter.
void require_shared_heads(const FieldPlaces& at, int64_t num_heads, int64_t num_kv_heads,
                          std::string_view path = "num_kv_heads");
/// Rotary positions turn pairs.
void require_even_head(const FieldPlaces& at, std::string_view path, int64_t d_head);
/// Heads of equal width make up the stream.
void require_whole_heads(const FieldPlaces& at, int64_t d_model, int64_t num_heads);
/// No more experts are chosen than there are.
void require_enough_experts(const FieldPlaces& at, int64_t num_experts, int64_t top_k);
/// At least one block has experts.
void require_mixture_layers(const FieldPlaces& at, int64_t num_layers, int64_t num_dense_layers);

/// Groups of experts, of which a token may choose from a few.
struct ExpertGroups {
  std::string_view table = "";  ///< that num_groups and top_groups stand in, with its dot
  int64_t num_experts = 0;
  int64_t num_groups = 1;
  int64_t top_groups = 1;
  int64_t top_k = 0;
};
/// Groups of experts are equal, and enough of them may be chosen from.
void require_whole_groups(const FieldPlaces& at, const ExpertGroups& groups);

}  // namespace assay::specs
