#include "audit/claims/claim_skeleton.h"

#include <fmt/format.h>

#include "audit/claims/claim.h"
#include "audit/output/number_text.h"
#include "error/error.h"

namespace assay::audit {
namespace {

constexpr std::string_view kHead =
    R"(# A published claim. The whole format: lib/audit/CLAIM_FORMAT.md.
# Fill in what is empty (""), and delete what the source does not print: what is unknown is left out,
# never guessed. Then: assay claims lint FILE, and assay audit FILE.
)";

constexpr std::string_view kBody = R"(
# What it is of: {kinds}.
kind = "cost"
# The figure that the verdict is about, as the path of one below: total.money, total.hours, ...
headline = "total.money"
# Of what is claimed: YYYY, YYYY-MM or YYYY-MM-DD. Prices are held against the market of this date.
date = ""
# Who says it, and what it is about (claims with one subject are shown side by side).
claimant = ""
subject = ""
# Ids of the registry (assay models list, assay devices list); delete what is not stated.
# model = "deepseek-v3"
# device = "h800-sxm"
# precision = "bf16"
# How the amount was reckoned: rent, cloud, amortised, acquisition or tco.
# cost_method = "rent"
# Claims whose figures this one repeats, and claims to read beside it.
# first_hand = ["dsv3-total-2788k"]
# see_also = ["gpt4-epoch"]

[title]
en = ""
# The registry needs both languages; a file of your own may leave this line out.
ja = ""

[statement]
# What is claimed, in one sentence.
en = ""
ja = ""

[source]
# The document, or in place of title, hand, url and retrieved the key of one in
# configs/registry/sources.toml: key = "...".
title = ""
# "first" where the document speaks of its author's own work, else "second".
hand = ""
url = ""
# When you read it: YYYY-MM-DD.
retrieved = ""
# Page, table, section.
locator = ""
# seen (read in the source), recalled (not read again) or derived (arithmetic on other figures).
mark = ""

[scope]
# Each is included, excluded or not-stated: {dimensions}.
final-run = "not-stated"

[total]
# A number with its unit, with the digits that the source prints: "5.576e6 USD", "2.788e6 gpu_h".
money = ""
# hours = "2.788e6 gpu_h"
# price = "2.0 USD/gpu_h"
# devices = "2048 gpu"
# wall = "54 day"
# tokens = "14.8e12 token"
# seq_len = "4096 token"
# energy = "430 MWh"
# carbon = {{ value = "120 tCO2e", mark = "recalled" }}
# A bound, a printed range, or how sure the figure is (90 % for normal and lognormal):
# money = {{ value = "100e6 USD", relation = "at-least" }}
# money = {{ value = "2e7 USD", to = "9e7 USD" }}
# flops = {{ value = "2.1e25 FLOP", low = "8.2e24 FLOP", high = "4.4e25 FLOP", shape = "lognormal" }}

# The parts that the total is the sum of; final-run marks the one whose hours and tokens give the MFU.
# [[stages]]
# name = "pre-training"
# dimension = "final-run"
# hours = "2664e3 gpu_h"
# tokens = "14.8e12 token"
)";

}  // namespace

std::string claim_skeleton(const std::string& id) {
  if (!is_claim_id(id)) {
    throw ConfigError(fmt::format(
        "[claims] an id has lower-case letters, digits, '-', '.' and '_', at most 80 of them: {}",
        printable(id.substr(0, 100))));
  }
  return fmt::format(
      "{}\nid = \"{}\"{}", kHead, id,
      fmt::format(fmt::runtime(kBody), fmt::arg("kinds", fmt::join(claim_kinds(), ", ")),
                  fmt::arg("dimensions", fmt::join(kScopeDimensions, ", "))));
}

}  // namespace assay::audit
