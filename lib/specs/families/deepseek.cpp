#include "specs/families/deepseek.h"

#include <fmt/format.h>

#include "error/error.h"
#include "specs/decoder_weights.h"
#include "specs/family.h"
#include "specs/hf_reader.h"
#include "specs/hf_writer.h"
#include "specs/shape_rules.h"

namespace assay {
namespace {

using specs::each_of;
using specs::SpecBuilder;

int64_t num_blocks(const DeepseekConfig& config) {
  return config.num_layers + config.num_multi_token();
}

void add_multi_head(SpecBuilder& build, const DeepseekConfig& config) {
  specs::add_grouped_query(build, {.num_layers = num_blocks(config),
                                   .d_model = config.d_model,
                                   .num_heads = config.num_heads,
                                   .num_kv_heads = config.multi_head->num_kv_heads,
                                   .d_head = config.multi_head->d_head});
}

// The weights of latent attention as training multiplies them: the up-projections are not absorbed.
void add_latent(SpecBuilder& build, const DeepseekConfig& config) {
  const LatentAttention& mla = *config.latent;
  const auto each = each_of(num_blocks(config));
  const int64_t d = config.d_model;
  const int64_t heads = config.num_heads;
  const int64_t q_width = heads * (mla.d_nope + mla.d_rope);
  if (mla.q_lora_rank) {
    build.matrix("self_attn.q_a_proj", LayerKind::kAttention, d, *mla.q_lora_rank, each);
    build.matrix("self_attn.q_b_proj", LayerKind::kAttention, *mla.q_lora_rank, q_width, each);
    build.vector(*mla.q_lora_rank, num_blocks(config));
  } else {
    build.matrix("self_attn.q_proj", LayerKind::kAttention, d, q_width, each);
  }
  build.matrix("self_attn.kv_a_proj_with_mqa", LayerKind::kAttention, d,
               mla.kv_lora_rank + mla.d_rope, each, specs::kSharedInput);
  build.matrix("self_attn.kv_b_proj", LayerKind::kAttention, mla.kv_lora_rank,
               heads * (mla.d_nope + mla.d_v), each);
  build.vector(mla.kv_lora_rank, num_blocks(config));
  build.matrix("self_attn.o_proj", LayerKind::kAttention, heads * mla.d_v, d, each,
               specs::kIntoStream);
  build.keep(q_width * num_blocks(config));  // keys, joined from kv_b's and the shared rotary one
  build.inside_attention(q_width * num_blocks(config));
  build.attention_inputs((2 * q_width + heads * (mla.d_nope + mla.d_v)) * num_blocks(config));
  build.fp8_inputs(d * num_blocks(config));  // kv_a's, beside those of the queries' projection
  build.attention({.name = "self_attn",
                   .num_layers = num_blocks(config),
                   .num_heads = heads,
                   .d_qk = mla.d_nope + mla.d_rope,
                   .d_v = mla.d_v});
}

// What a block of multi-token prediction has beside its layers: two norms before eh_proj and one
// before the head, whose weight is the model's own.
void add_multi_token(SpecBuilder& build, const DeepseekConfig& config) {
  const int64_t depth = config.num_multi_token();
  const int64_t d = config.d_model;
  build.matrix("eh_proj", LayerKind::kHead, 2 * d, d, each_of(depth));
  build.vector(3 * d, depth);
  build.keep(3 * d * depth);           // inputs of these norms
  build.beside_blocks(6 * d * depth);  // and both ends of eh_proj
  build.shared_head(config.vocab_size, d, depth);
}

void read_attention(HfReader& read, int64_t num_heads, int64_t d_model) {
  if (read.model_type() == "deepseek") {
    read.integer_or_null("num_key_value_heads", "multi_head.num_kv_heads", num_heads, num_heads);
    read.integer("head_dim", "multi_head.d_head", num_heads > 0 ? d_model / num_heads : 0);
    return;
  }
  if (!read.has("q_lora_rank") && !read.has_null("q_lora_rank")) {
    read.refuse("q_lora_rank", "missing (null for queries without a latent)");
  }
  read.optional_integer("q_lora_rank", "latent.q_lora_rank");
  read.integer("kv_lora_rank", "latent.kv_lora_rank");
  read.integer("qk_nope_head_dim", "latent.d_nope");
  read.integer("qk_rope_head_dim", "latent.d_rope");
  read.integer("v_head_dim", "latent.d_v");
  // Every head has its own keys and values; transformers 5 writes the rotary or query width here.
  read.ignore({"num_key_value_heads", "head_dim", "qk_head_dim"});
  read.must_be("rope_interleave", true);
}

void read_router(HfReader& read) {
  const std::string type = read.model_type();
  const bool is_v3 = type == "deepseek_v3" || type == "kimi_k2";
  read.text("scoring_func", "router.scoring", is_v3 ? "sigmoid" : "softmax");
  const std::string method = read.name_of("topk_method", is_v3 ? "noaux_tc" : "greedy",
                                          {"noaux_tc", "greedy", "group_limited_greedy"});
  read.set("router.selection_bias", "topk_method", method == "noaux_tc");
  if (method == "greedy") {
    read.ignore({"n_group", "topk_group"});
  } else {
    read.integer("n_group", "router.num_groups");
    read.integer("topk_group", "router.top_groups");
  }
  if (type == "deepseek_v2") {
    // V2's code leaves out the scale where it renormalises, transformers does neither.
    read.must_be("norm_topk_prob", false);
  } else {
    read.boolean("norm_topk_prob", "router.renormalize", is_v3);
  }
  read.number("routed_scaling_factor", "router.routed_scale", is_v3 ? 2.5 : 1.0);
}

// DeepSeek's code adds this loss within each sequence, or over a batch where seq_aux is false.
void read_balance_loss(HfReader& read) {
  const double weight = read.number_of("aux_loss_alpha", 0);
  if (!read.flag("seq_aux", true) && weight != 0) {
    read.refuse("seq_aux", "false: this family balances within sequences only (aux_loss_alpha)");
  }
  read.set("router.sequence_balance_weight", "aux_loss_alpha", weight);
}

// What the authors' files and transformers take where config.json says nothing; they differ for V2.
std::optional<int64_t> initial_shared_experts(const std::string& model_type) {
  if (model_type == "deepseek") return 0;
  if (model_type == "deepseek_v2") return std::nullopt;
  return 1;
}

TomlTable deepseek_from_hf(const HfConfig& config) {
  HfReader read(config);
  const int64_t d_model = read.integer("hidden_size", "d_model");
  read.integer("num_hidden_layers", "num_layers");
  read.integer("first_k_dense_replace", "num_dense_layers");
  const int64_t num_heads = read.integer("num_attention_heads", "num_heads");
  read.integer("intermediate_size", "d_ff");
  read.integer("n_routed_experts", "num_experts");
  read.integer("n_shared_experts", "num_shared_experts", initial_shared_experts(read.model_type()));
  read.integer("num_experts_per_tok", "top_k");
  read.integer("moe_intermediate_size", "d_expert");
  read.integer("vocab_size", "vocab_size");
  read.integer("max_position_embeddings", "max_seq_len");
  read_attention(read, num_heads, d_model);
  read_router(read);
  read_balance_loss(read);
  read.rope();
  read.number("rms_norm_eps", "norm_eps", 1e-6);
  read.number("initializer_range", "init_std", 0.02);
  read.must_be("hidden_act", "silu");
  read.must_be("attention_bias", false);
  read.must_be("mlp_bias", false);
  read.must_be("moe_layer_freq", 1);
  read.must_be("tie_word_embeddings", false);
  read.note_dropout({"attention_dropout"});
  read.note_left_out({"num_nextn_predict_layers", "quantization_config"});
  read.ignore({"pretraining_tp", "ep_size", "output_router_logits"});
  return read.finish("deepseek");
}

/// What Hugging Face calls this kind of DeepSeek.
struct HfForm {
  std::string_view model_type;
  std::string_view architecture;
  std::string_view topk_method;
};

// Each of Hugging Face's models has one kind of router: V3's scores by sigmoid with a selection
// bias, V2's by softmax, without renormalisation.
HfForm hf_form(const DeepseekConfig& config) {
  const DeepseekRouter& router = config.router;
  const bool is_v3 = router.scoring == "sigmoid";
  if (router.selection_bias != is_v3 || (is_v3 && !config.latent) ||
      (config.latent && !is_v3 && router.renormalize)) {
    throw ConfigError(
        fmt::format("[specs] deepseek's model has no Hugging Face form: {} attention with scoring "
                    "\"{}\", selection_bias = {}, renormalize = {}",
                    config.latent ? "latent" : "multi_head", router.scoring, router.selection_bias,
                    router.renormalize));
  }
  if (is_v3) return {"deepseek_v3", "DeepseekV3ForCausalLM", "noaux_tc"};
  const std::string_view method = router.num_groups > 1 ? "group_limited_greedy" : "greedy";
  if (config.latent) return {"deepseek_v2", "DeepseekV2ForCausalLM", method};
  return {"deepseek", "DeepseekForCausalLM", method};
}

void write_attention(HfWriter& write, const DeepseekConfig& config) {
  if (config.multi_head) {
    write.set("num_key_value_heads", config.multi_head->num_kv_heads)
        .set("head_dim", config.multi_head->d_head);
    return;
  }
  const LatentAttention& latent = *config.latent;
  write.set("num_key_value_heads", config.num_heads)
      .set("kv_lora_rank", latent.kv_lora_rank)
      .set("qk_nope_head_dim", latent.d_nope)
      .set("qk_rope_head_dim", latent.d_rope)
      .set("v_head_dim", latent.d_v);
  if (latent.q_lora_rank) {
    write.set("q_lora_rank", *latent.q_lora_rank);
  } else {
    write.set("q_lora_rank", nullptr);
  }
}

std::string deepseek_to_hf(const TomlTable& table, std::string_view dtype) {
  const auto config = model_config_from<DeepseekConfig>(table);
  require_hf_dispatch(config.dispatch);
  const HfForm form = hf_form(config);
  HfWriter write(form.model_type, form.architecture, dtype);
  write.set("hidden_size", config.d_model)
      .set("num_hidden_layers", config.num_layers)
      .set("first_k_dense_replace", config.num_dense_layers)
      .set("num_attention_heads", config.num_heads)
      .set("intermediate_size", config.d_ff)
      .set("n_routed_experts", config.num_experts)
      .set("n_shared_experts", config.num_shared_experts)
      .set("num_experts_per_tok", config.top_k)
      .set("moe_intermediate_size", config.d_expert)
      .set("moe_layer_freq", 1)
      .set("vocab_size", config.vocab_size)
      .set("max_position_embeddings", config.max_seq_len)
      .set("rms_norm_eps", config.norm_eps)
      .set("initializer_range", config.init_std)
      .set("hidden_act", "silu")
      .set("attention_bias", false)
      .set("tie_word_embeddings", false)
      .set("scoring_func", config.router.scoring)
      .set("topk_method", form.topk_method)
      .set("norm_topk_prob", config.router.renormalize)
      .set("routed_scaling_factor", config.router.routed_scale)
      .set("aux_loss_alpha", config.router.sequence_balance_weight)
      .set("seq_aux", true)
      .rope(config.rope_theta, config.rope_scaling);
  if (form.topk_method != "greedy") {
    write.set("n_group", config.router.num_groups).set("topk_group", config.router.top_groups);
  }
  write_attention(write, config);
  return write.text();
}

}  // namespace

void DeepseekConfig::validate(const FieldPlaces& at) const {
  if (multi_head.has_value() == latent.has_value()) {
    at.fail(latent ? "latent" : "num_heads",
            "exactly one of the tables multi_head and latent says how attention works");
  }
  if (latent) specs::require_even_head(at, "latent.d_rope", latent->d_rope);
  if (multi_head) {
    specs::require_even_head(at, "multi_head.d_head", multi_head->d_head);
    specs::require_shared_heads(at, num_heads, multi_head->num_kv_heads, "multi_head.num_kv_heads");
  }
  specs::require_mixture_layers(at, num_layers, num_dense_layers);
  specs::require_enough_experts(at, num_experts, top_k);
  specs::require_whole_groups(at, {.table = "router.",
                                   .num_experts = num_experts,
                                   .num_groups = router.num_groups,
                                   .top_groups = router.top_groups,
                                   .top_k = top_k});
}

ModelSpec make_spec(const DeepseekConfig& config) {
  check_config(config, {.module = "specs", .name = "deepseek config"});
  const int64_t d = config.d_model;
  SpecBuilder build({.family = "deepseek",
                     .num_layers = config.num_layers,
                     .d_model = d,
                     .vocab_size = config.vocab_size,
                     .max_seq_len = config.max_seq_len,
                     .num_experts = config.num_experts,
                     .top_k = config.top_k});
  (config.latent ? add_latent : add_multi_head)(build, config);
  if (config.num_dense_layers > 0) {
    specs::add_gated_mlp(build, "mlp", LayerKind::kMlp, d, config.d_ff,
                         each_of(config.num_dense_layers));
  }
  const int64_t num_mixtures = num_blocks(config) - config.num_dense_layers;
  specs::add_mixture(build, {.num_layers = num_mixtures,
                             .d_model = d,
                             .num_experts = config.num_experts,
                             .top_k = config.top_k,
                             .d_expert = config.d_expert,
                             .num_shared_experts = config.num_shared_experts});
  if (config.router.selection_bias) build.vector(config.num_experts, num_mixtures);
  specs::add_block_norms(build, num_blocks(config), d, d);
  build.token_embedding(config.vocab_size, d, /*tied=*/false);
  if (config.multi_token) add_multi_token(build, config);
  return build.build();
}

Family deepseek_family() {
  return make_family<DeepseekConfig>(
      "DeepSeek: mixture of experts with shared experts and latent attention", true,
      {"deepseek", "deepseek_v2", "deepseek_v3", "kimi_k2"}, deepseek_from_hf, deepseek_to_hf);
}

}  // namespace assay
