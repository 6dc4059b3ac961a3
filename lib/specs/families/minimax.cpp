#include "specs/decoder_hf.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

/// MiniMax-Text-01 and M1: linear (lightning) attention with an output gate and a norm over all
/// heads, and softmax attention in every `softmax_every`-th layer; a mixture in every layer,
/// softmax over the chosen logits. Linear attention is counted in its recurrent form: a state
/// [d_head, d_head] per head, written and read once a token; work inside the blocks of an
/// implementation comes on top and is not counted. Source: MiniMax 2025, arXiv 2501.08313;
/// huggingface transformers `MiniMaxConfig`.
struct MinimaxConfig : DecoderSizes {
  static constexpr std::string_view kFamily = "minimax";

  int64_t softmax_every = 8;
  int64_t num_experts = 0;
  int64_t top_k = 0;
  int64_t d_expert = 0;
  double rotary_share = 0.5;

  template <class V>
  void fields(V& visit) {
    DecoderSizes::fields(visit);
    visit("softmax_every", softmax_every, "every n-th layer has softmax attention",
          specs::layer_count());
    visit("num_experts", num_experts, "experts of a layer", required(), specs::expert_count());
    visit("top_k", top_k, "experts that a token goes to", required(), specs::expert_count());
    visit("d_expert", d_expert, "width of an expert's SwiGLU MLP", required(), specs::width());
    visit("rotary_share", rotary_share, "share of a head with rotary positions", above(0),
          at_most(1));
  }
  void validate(const FieldPlaces& at) const {
    DecoderSizes::validate(at);
    specs::require_enough_experts(at, num_experts, top_k);
  }
};

void add_linear_attention(specs::SpecBuilder& build, const MinimaxConfig& config,
                          int64_t num_layers) {
  const specs::Copies each = specs::each_of(num_layers);
  const int64_t d = config.d_model;
  const int64_t width = config.num_heads * config.d_head;
  build.matrix("self_attn.qkv_proj", LayerKind::kAttention, d, 3 * width, each);
  build.matrix("self_attn.output_gate", LayerKind::kAttention, d, width, each, specs::kSharedInput);
  build.matrix("self_attn.out_proj", LayerKind::kAttention, width, d, each, specs::kIntoStream);
  build.keep(2 * width * num_layers);  // attention's output, before and after its norm
  build.vector(width, num_layers);
  build.attention({.name = "self_attn (linear)",
                   .num_layers = num_layers,
                   .num_heads = config.num_heads,
                   .d_qk = config.d_head,
                   .d_v = config.d_head,
                   .window = config.d_head,
                   .is_linear = true});
}

ModelSpec make_spec(const MinimaxConfig& config) {
  ModelSpec shape = specs::spec_of("minimax", config);
  shape.num_experts = config.num_experts;
  shape.top_k = config.top_k;
  specs::SpecBuilder build(std::move(shape));
  const int64_t num_softmax = config.num_layers / config.softmax_every;
  if (num_softmax < config.num_layers) {
    add_linear_attention(build, config, config.num_layers - num_softmax);
  }
  if (num_softmax > 0) {
    specs::GroupedQuery softmax = specs::grouped_query(config);
    softmax.num_layers = num_softmax;
    specs::add_grouped_query(build, softmax);
  }
  specs::add_mixture(build, {.num_layers = config.num_layers,
                             .d_model = config.d_model,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert});
  specs::add_block_norms(build, config.num_layers, config.d_model, config.d_model);
  build.token_embedding(config.vocab_size, config.d_model, config.tie_embeddings);
  return build.build();
}

/// The distance of softmax layers in a list with one entry a layer; it must be the same everywhere.
template <class T>
int64_t softmax_distance(HfReader& read, std::string_view key, const std::vector<T>& layers,
                         const T& softmax) {
  int64_t every = 0;
  for (size_t layer = 0; layer < layers.size() && every == 0; ++layer) {
    if (layers[layer] == softmax) every = static_cast<int64_t>(layer) + 1;
  }
  if (every == 0) read.refuse(key, "no layer has softmax attention");
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    const bool is_softmax = (static_cast<int64_t>(layer) + 1) % every == 0;
    if (is_softmax != (layers[layer] == softmax)) {
      read.refuse(key, "this family computes with softmax attention in every n-th layer only");
    }
  }
  return every;
}

// The authors' files say the rotary width of a head, transformers' the share of it.
void read_rotary(HfReader& read) {
  if (!read.has("rotary_dim")) {
    read.ignore({"rotary_dim"});
    return read.rope({.theta = 1e6, .share_path = "rotary_share"});
  }
  read.set("rotary_share", "rotary_dim",
           static_cast<double>(read.value_of("rotary_dim")) /
               static_cast<double>(read.value_of("head_dim")));
  read.rope({.theta = 1e6});
}

// The authors' files list attn_type_list (1: softmax) and layernorm factors; transformers'
// conversion lists layer_types. The factors scale the residual stream and leave shapes alone.
TomlTable minimax_from_hf(const HfConfig& config) {
  HfReader read(config);
  specs::read_decoder_sizes(read, {.norm_eps = 1e-5, .num_kv_heads = 8, .null_head_dim = true});
  read.integer("num_local_experts", "num_experts");
  read.integer("num_experts_per_tok", "top_k");
  read.integer("intermediate_size", "d_expert");
  const std::vector<std::string> types = read.layer_types();
  const std::vector<int64_t> numbers = read.integers("attn_type_list");
  if (!numbers.empty() && std::ssize(numbers) != read.value_of("num_hidden_layers")) {
    read.refuse("attn_type_list", "not one entry a layer");
  }
  if (types.empty() == numbers.empty()) {
    read.refuse("layer_types", "one of layer_types and attn_type_list says where softmax is");
  }
  if (types.empty()) {
    read.set("softmax_every", "attn_type_list",
             softmax_distance<int64_t>(read, "attn_type_list", numbers, 1));
  } else {
    read.set("softmax_every", "layer_types",
             softmax_distance<std::string>(read, "layer_types", types, "full_attention"));
  }
  read_rotary(read);
  read.must_be_null("sliding_window");
  read.must_be("shared_intermediate_size", 0);
  read.ignore({"block_size", "full_attn_alpha_factor", "full_attn_beta_factor",
               "linear_attn_alpha_factor", "linear_attn_beta_factor", "mlp_alpha_factor",
               "mlp_beta_factor", "layernorm_full_attention_alpha", "layernorm_full_attention_beta",
               "layernorm_linear_attention_alpha", "layernorm_linear_attention_beta",
               "layernorm_mlp_alpha", "layernorm_mlp_beta", "postnorm", "shared_moe_mode",
               "output_router_logits", "router_aux_loss_coef", "router_jitter_noise"});
  return read.finish("minimax");
}

}  // namespace

Family minimax_family() {
  return make_family<MinimaxConfig>(
      "MiniMax-Text-01: linear attention, softmax in every eighth layer, mixture of experts", false,
      {"minimax", "minimax_m1", "minimax_text_01"}, minimax_from_hf);
}

}  // namespace assay
