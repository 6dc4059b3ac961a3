#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/finding.h"
#include "audit/rule_context.h"

namespace assay::audit {

/// Units of one currency for one of another.
struct ExchangeRate {
  Term term;
  std::string said;      ///< "150 JPY/USD (conversions.c.rate)"
  bool printed = false;  ///< by the claim; else a rate of the registry near the claim's date
};

/// How amounts of money came into one currency.
struct CurrencyNote {
  std::string at_rate;   ///< what was converted at; empty: nothing was
  bool assumed = false;  ///< at a rate that the claim does not print
  std::string lacks;     ///< the rate that is not known; empty: none is missing
};

/// The most exact of the rates between two currencies that a claim's conversions state or imply,
/// its bounds around all of them; else the registry's of the nearest date within a year, 15 %
/// either side; else two such rates one after the other through USD ("EUR to JPY"). Nothing where
/// there are none, or the claim has no date.
std::optional<ExchangeRate> exchange_rate(const RuleContext& context, const std::string& from,
                                          const std::string& to);

/// The registry's rate alone, as exchange_rate takes it where the claim states none.
std::optional<ExchangeRate> registered_rate(const RuleContext& context, const std::string& from,
                                            const std::string& to);

/// The unit in which a figure is reckoned with: prices per kWh, million tokens or month in
/// whichever unit they are printed ("70 USD/MWh"), everything else as printed.
std::string reckoning_unit(const Measure& measure);

/// A figure in `unit`, or, where its amount is in another currency than `currency`, in its
/// reckoning unit times the exchange rate; `note` says which. Where nothing turns the one into the
/// other the term keeps its currency and `note.lacks` names the rate.
Term in_currency(const RuleContext& context, const Figure& figure, std::string_view unit,
                 const std::string& currency, CurrencyNote& note);

/// Says in the finding what was converted at. A rate that is not the source's reproduces nothing
/// and contradicts nothing, but a headline that is twice off at it is not borne out by what else is
/// usual.
void tell_conversion(const RuleContext& context, const CurrencyNote& note, Finding& finding);

/// The finding of amounts that nothing brings to one currency: it does not apply and names the
/// rate.
Finding unconverted(const RuleContext& context, CheckKind kind, const std::string& rule,
                    const std::string& about, const CurrencyNote& note,
                    std::vector<CheckInput> inputs);

}  // namespace assay::audit
