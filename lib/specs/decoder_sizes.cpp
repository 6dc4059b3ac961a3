#include "specs/decoder_sizes.h"

#include "specs/shape_rules.h"

namespace assay {

void DecoderSizes::validate(const FieldPlaces& at) const {
  specs::require_shared_heads(at, num_heads, num_kv_heads);
  specs::require_even_head(at, "d_head", d_head);
}

}  // namespace assay
