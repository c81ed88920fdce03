"""The words of `tickets.py`: what people want, and what they say around it. All of it was made up for this project."""

from __future__ import annotations

OPENINGS = (
    "hello,", "hi,", "hi there,", "good [morning|evening|afternoon],", "dear [team|support|sir or madam],", "hey,",
    "greetings from {city},", "to whom it may concern:", "[third|second] time I write about this.", "quick question:",
    "hello again,", "hi {name},", "me again.", "not sure if this is the right form, but", "sorry to bother you:",
)  # fmt: skip
CLOSINGS = (
    "thanks", "thank you [so much|in advance|]", "best, {person}", "regards {person}", "[please|kindly] answer by {weekday}",
    "waiting for your answer", "I am [very|rather|really] [annoyed|disappointed]", "you used to be better than this",
    "call me at work after {n}", "otherwise I am happy with you", "have a nice [day|weekend]", "greetings, {person} from {city}",
    "[no hurry|it is urgent|please hurry]", "sent from my phone", "what a [mess|pity]", "I expect an answer within {n} days",
)  # fmt: skip
CONTEXT = (
    "my order number is {order}", "order {order}, if that helps", "I [bought|ordered] the {product} {when}",
    "I have been a customer for {n} years", "it was meant as a present for my {relative}", "the {product} cost {amount}",
    "I already [called|wrote|asked in the chat] {when}", "your colleague {name} told me to write here", "we live in {city}",
    "I am {travel} until {weekday}", "my {relative} uses it too", "customer service on the phone [hung up|had no idea|was kind]",
    "I paid by {payment}", "I attach a [photo|screenshot|copy]", "this is about the {colour} {product}",
    "I read the [help pages|manual|forum] and found nothing", "we are a small [school|bakery|office|practice] in {city}",
)  # fmt: skip
JUNK = (
    "asdf [asdf|qwert|jkl] {n}", "[test|testing] {n} {n} please ignore", "WIN a {product} now, click [here|this link] {order}",
    "out of office: I am {travel} until {weekday}", "lorem {name} ipsum {city} dolor", "[..|???|-|ok]", "wrong number sorry",
    "your site ranks low on search engines, we at {person} media can change that for {amount}", "mum, call me when you read this",
    "[unsubscribe|stop|STOP STOP]", "undeliverable: mailbox of {person} is full", "we sell {colour} pallets, {amount} each",
)  # fmt: skip

SLOTS = {
    "product": (
        "kettle", "toaster", "lamp", "desk lamp", "speaker", "headphones", "coffee machine", "blender", "vacuum", "robot vacuum",
        "air purifier", "fan", "heater", "hair dryer", "keyboard", "webcam", "router", "smart plug", "thermostat", "doorbell camera",
        "scale", "shaver", "electric toothbrush", "rice cooker", "mixer", "iron", "projector", "radio", "alarm clock", "e-reader",
    ),
    "part": (
        "power cable", "remote", "charger", "lid", "filter", "screws", "manual", "battery", "wall mount", "adapter", "second cup",
        "dust bag", "ear pads", "brush head", "left foot", "USB cable", "measuring spoon", "carry case", "plug", "stand",
    ),
    "fault": (
        "does not turn on", "turns itself off after {n} minutes", "gets far too hot", "makes a [grinding|humming|clicking] noise",
        "shows {code} and stops", "leaks [water|from below]", "smells burnt", "flickers", "loses the connection", "does not charge",
        "freezes on the start screen", "beeps [all night|every {n} seconds]", "only works when I shake it", "reboots at random",
    ),
    "damage": (
        "cracked", "scratched all over", "dented on one side", "in pieces", "broken", "with a broken [handle|screen|corner]", "bent",
        "shattered", "soaked", "with the glass smashed",
    ),
    "city": ("Aarhus", "Ghent", "Porto", "Graz", "Cork", "Bergen", "Lyon", "Leeds", "Turin", "Brno", "Malmö", "Utrecht", "Kraków"),
    "name": ("Ines", "Tom", "Karim", "Vera", "Olu", "Jana", "Pedro", "Mai", "Sven", "Ruth"),
    "person": ("A. Novak", "Lena", "J. Okafor", "M. Silva", "Priya", "K. Berg", "Mr Dunne", "Sofia R.", "T. Haas", "Yusuf", "E. Moreau"),
    "relative": ("mother", "father", "son", "daughter", "flatmate", "husband", "wife", "aunt", "neighbour", "boss", "grandfather"),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the weekend", "tomorrow", "next week"),
    "when": ("yesterday", "last week", "on {weekday}", "{n} days ago", "{n} weeks ago", "last month", "in the sale", "this morning"),
    "travel": ("abroad", "in hospital", "on a train", "on holiday", "moving house", "at sea"),
    "payment": ("card", "bank transfer", "direct debit", "voucher", "the wallet app", "instalments", "invoice"),
    "colour": ("black", "white", "grey", "red", "green", "blue", "copper", "cream"),
    "carrier": ("courier", "driver", "carrier", "delivery man", "post", "parcel service"),
    "system": ("Windows", "my Mac", "Linux", "an old Android", "my tablet", "the iPad", "two laptops"),
}  # fmt: skip

INTENTS = {
    "late_delivery": (
        "[where is|any news of] my [order|parcel|{product}]? it was [due|promised|announced] for {weekday}",
        "tracking has said [in transit|on its way|label created] for {n} days [now|]", "the {product} is {n} days late [already|]",
        "delivery [keeps being|was again] postponed, [now|] to {weekday}", "how long does shipping to {city} [really|] take?",
        "I stayed home all day and no {carrier} came", "you promised express and I [still|] wait", "when will {order} arrive?",
    ),
    "lost_parcel": (
        "tracking says delivered but [there is|I got] nothing", "the {carrier} says it was left [with a neighbour|at the door|in the hall], it was not",
        "my parcel [vanished|is lost|disappeared] [in {city}|on the way|at the depot]", "the {carrier} [lost|cannot find] my {product}",
        "somebody else signed for my parcel, I do not know a {person}", "please [search for|start an inquiry about] parcel {order}",
        "tracking has not moved since {city}, {n} weeks ago, I think it is lost", "the parcel was stolen from [our hall|the porch]",
    ),
    "change_address": (
        "please send {order} to [another|my new] address[, we moved to {city}|]", "I typed the wrong [street|house number|postcode]",
        "can you [redirect|deliver] the parcel to [my office|my {relative}|a pick-up shop] [instead|]?", "new address: {n} Mill Lane, {city}",
        "I am {travel}, please deliver after {weekday} or to my {relative}", "how do I change the delivery address [of an order|]?",
        "the old address is still on the order", "we moved, [update|change] our address please",
    ),
    "damaged_item": (
        "the {product} [arrived|came|was delivered] {damage}", "the box was [torn|open|crushed] and the {product} {damage}",
        "I unpacked the {product} and it is {damage}", "badly packed: the {product} is {damage}", "damaged on arrival, see the photo",
        "the {carrier} must have dropped it, the {product} is {damage}", "[two|three|{n}] of the cups were {damage} in the parcel",
    ),
    "wrong_item": (
        "I ordered a {product} and [got|received] a {product}", "wrong colour: I wanted {colour} and got {colour}",
        "this is not what I ordered", "you sent [me|us] [somebody else's order|the order of {person}]", "the size is wrong, I asked for the {n} litre one",
        "the label says {product}, in the box is a {product}", "wrong model [again|], the plug does not even fit", "please swap the {product} for the right one",
    ),
    "missing_part": (
        "the {part} is [missing|not in the box]", "there was no {part} with the {product}", "only {n} of the screws came with it",
        "I ordered two and only one [came|was in the parcel]", "can you send [me|us] the {part} [that was missing|]?",
        "the parcel was incomplete: no {part}, no {part}", "the {product} came without its {part}",
    ),
    "return_request": (
        "I [want|would like] to [return|send back] the {product}", "how do I [return|send back] [something|an unopened {product}]?",
        "please send [me|] a return label [for {order}|]", "the {product} is [too loud|too small|not for me], can I send it back?",
        "is return [free|possible] after {n} days?", "I changed my mind about the {product}, it is still [sealed|in its box]",
        "where do I bring the return parcel in {city}?", "return of {order}: which form do I need?",
    ),
    "refund_status": (
        "where is my [money|refund]? I sent the {product} back {when}", "I returned {order} and the {amount} are not [here|on my account] [yet|]",
        "how long does a refund [by {payment}|] take?", "you promised the refund {when}", "the return arrived at your store {when}, and my money?",
        "I got only {amount} back instead of {amount}", "refund for {order} still [pending|open]", "when will I get my money back?",
    ),
    "cancel_order": (
        "please cancel [my order|{order}]", "I ordered twice by mistake, cancel one [of them|]", "can I still [stop|cancel] the order from {when}?",
        "do not ship {order}, I found it [cheaper|in a shop here]", "the cancel button is grey, please cancel the {product} [for me|]",
        "I no longer need the {product}, it has not shipped yet", "cancel the {product} but keep the rest of the order",
    ),
    "double_charge": (
        "I was charged twice for {order}", "{amount} were taken from my account two times", "my card shows [two|{n}] payments of {amount}",
        "you charged {amount} but the {product} costs {amount}", "why was I billed again {when}?", "unknown charge of {amount} from your shop",
        "I see a second debit for the same {product}", "paid once by {payment} and once by {payment}, for one order",
    ),
    "payment_failed": (
        "my payment [fails|is declined|does not go through] [at the last step|]", "the checkout says {code} when I pay by {payment}",
        "I cannot pay [by {payment}|with my new card]", "my bank says all is fine, but your page refuses the card",
        "the payment page [spins forever|is blank|closes]", "the order stays unpaid although I confirmed it in my bank app",
        "do you take {payment}? it is not in the list",
    ),
    "invoice_request": (
        "I need an invoice for {order}", "please send the receipt [for my taxes|to accounting|as PDF]", "the invoice lacks our VAT number",
        "can the bill be made out to {person} Ltd in {city}?", "where can I download [invoices|the bill of last month]?",
        "the invoice has the wrong [name|address|date]", "my boss wants a proper bill for the {product}, {amount}",
    ),
    "discount_code": (
        "my [code|voucher] [is not accepted|does not work]", "the [newsletter|birthday|student] discount was not taken off",
        "I forgot to enter my voucher of {amount}, can you add it [later|now]?", "is the code valid for the {product} [too|]?",
        "the page says code expired, but the mail says until {weekday}", "the gift card balance shows zero instead of {amount}",
        "can I use two vouchers [at once|for one order]?",
    ),
    "login_problem": (
        "I cannot [log in|sign in] [any more|since {weekday}]", "the [reset|password] mail never [comes|arrives]", "my password is not accepted on {system}",
        "account locked after {n} tries", "the code by text message does not arrive", "I changed my phone and the second factor is gone",
        "sign-in page shows {code}", "it says that my mail address is unknown, but I ordered {when}", "the app logs me out all the time",
    ),
    "delete_account": (
        "please delete my [account|data|profile]", "I want all my data erased, [see the privacy law|also the old orders]",
        "how can I close my account [for good|]?", "remove my mail address from your system", "my {relative} died, please close the account",
    ),
    "device_setup": (
        "how do I connect the {product} to [the wifi|the app|{system}]?", "the app does not find the {product}", "what does the {colour} light on the {product} mean?",
        "setup stops at step {n}", "where is the pairing button [of the {product}|]?", "can I use the {product} with {system}?",
        "how do I [change the language|set the clock|update the firmware] of the {product}?", "do you have a manual in [Dutch|Polish|large print]?",
    ),
    "device_fault": (
        "the {product} {fault}", "[since {weekday}|after {n} weeks] the {product} {fault}", "my {product} {fault}, and I [cleaned|reset|charged] it already",
        "after the update the {product} {fault}", "it {fault}, what can I do?", "the {product} [broke|died] {when}", "{code} on the display, then it {fault}",
    ),
    "warranty_claim": (
        "is this [still|] under warranty? the {product} {fault}", "I want a repair under warranty", "bought {n} months ago, it {fault}, who pays the repair?",
        "warranty claim for {order}: the {product} {fault}", "how long is the guarantee on the {product}?",
        "you refused my warranty claim, why?", "do I need the receipt for the guarantee?", "please replace the {product} under warranty",
    ),
    "cancel_subscription": (
        "I want to end the [coffee|filter|care] subscription", "stop my monthly delivery [of filters|of coffee|from {weekday} on]",
        "how do I cancel the [care plan|subscription] [in the app|]?", "I never asked for a subscription, end it", "please pause the subscription for {n} months",
        "you keep sending filters, I cancelled {when}", "the [trial|first] month is over and I do not want the plan",
    ),
    "stock_question": (
        "when will the {colour} {product} be [back|in stock|available]?", "do you [sell|have] a {product} with a {part}?", "is the {product} still made?",
        "how many {product}s can we order at once[ for our school|]?", "will there be a {colour} one [this year|before the holidays]?",
        "the {product} shows sold out, can I reserve one?", "do you sell the {part} [alone|as a spare part]?",
    ),
}  # fmt: skip
