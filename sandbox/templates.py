"""What is written to people: the templates of letters and messages, each with its code."""

from typing import Final, NamedTuple


class Template(NamedTuple):
    """A letter or message: its code, its title, a line that tells its content, and its message group."""

    code: str
    title: str
    description: str
    group: str | None = None


PAYMENT, INFORMATION, CONTACT = "Payment information", "Provide/request information", "Request for contact"

CLAIM_RECEIVED: Final = Template(
    "L1010", "We have your claim", "Your claim was received and will be assessed.", INFORMATION
)
CLAIM_MORE: Final = Template(
    "L1020", "We need more information for your claim", "Documents are needed within 14 days.", INFORMATION
)
CLAIM_GRANTED: Final = Template(
    "L1030", "Your claim was granted", "What you will be paid, and from when.", PAYMENT
)
CLAIM_REJECTED: Final = Template(
    "L1040", "Your claim was not successful", "Why your claim was rejected and how to ask for a review."
)
SUSPENDED: Final = Template(
    "L2010", "Your payment is suspended", "You did not report on time. What to do to be paid again.", PAYMENT
)
CANCELLED: Final = Template(
    "L2020", "Your payment is cancelled", "Why your payment ended, and your right of review.", PAYMENT
)
RESTORED: Final = Template(
    "L2030", "Your payment starts again", "You reported; your payment was restored.", PAYMENT
)
RATE_CHANGED: Final = Template(
    "L2040", "Your payment changed", "Your new rate of payment and why it changed.", PAYMENT
)
STATEMENT: Final = Template("L2050", "Your income statement", "Payments and income on our record.", PAYMENT)
RENT_CERTIFICATE: Final = Template(
    "L3010", "Rent certificate", "Tell us about your rent by the date shown.", INFORMATION
)
REVIEW: Final = Template(
    "L3020", "Review of your circumstances", "Check your details and answer by the date shown.", INFORMATION
)
ASSETS_REVIEW: Final = Template(
    "L3030", "Review of your income and assets", "Confirm your savings and investments.", INFORMATION
)
ESTIMATE: Final = Template(
    "L3040", "Update your family income estimate", "Tell us your family's income for the year.", INFORMATION
)
IMMUNISATION: Final = Template(
    "L3050", "Immunisation requirements", "A child's immunisation record is not up to date.", INFORMATION
)
MUTUAL_OBLIGATION: Final = Template(
    "L3060", "Your Job Plan", "What you agreed to do while you look for work.", INFORMATION
)
STUDY_CHECK: Final = Template(
    "L3070", "Confirm your study load", "Your education provider reported a change.", INFORMATION
)
CARE_REVIEW: Final = Template("L3080", "Carer review", "Tell us about the person you care for.", INFORMATION)
PLEASE_CONTACT: Final = Template("L4010", "Please contact us", "We tried to call you.", CONTACT)
APPOINTMENT: Final = Template(
    "L4020", "Your appointment", "When and where your appointment is, and what to bring.", CONTACT
)
MISSED_APPOINTMENT: Final = Template(
    "L4030", "You missed your appointment", "Contact us to make a new appointment.", CONTACT
)
DEBT_NOTICE: Final = Template(
    "L5010", "Account payable notice", "An amount you owe, why, and by when to pay.", PAYMENT
)
ARRANGEMENT_MADE: Final = Template(
    "L5020", "Your repayment arrangement", "The amount and dates of your repayments.", PAYMENT
)
ARRANGEMENT_BROKEN: Final = Template(
    "L5030", "Repayment not received", "Your arrangement was not kept. Contact us.", PAYMENT
)
DEBT_PAID: Final = Template("L5040", "Your debt is repaid", "Nothing more is owed on this debt.", PAYMENT)
CS_ASSESSMENT: Final = Template(
    "C6010", "Child support assessment", "The amount of child support and how it was worked out.", PAYMENT
)
CS_DECISION: Final = Template(
    "C6020", "Decision about your child support", "What was decided and how to object.", INFORMATION
)
CS_ARREARS: Final = Template(
    "C6030", "Overdue child support", "An amount is overdue. Pay or contact us.", PAYMENT
)
CS_INFORMATION: Final = Template(
    "C6040", "Information needed about your child support", "Answer by the date shown.", INFORMATION
)

ONLINE_LETTER_NOTICE: Final = Template(
    "E7010", "You have a new letter", "A letter is in your online inbox.", INFORMATION
)
APPOINTMENT_REMINDER: Final = Template(
    "E7020", "Appointment reminder", "A reminder of your appointment.", CONTACT
)
PAYMENT_NOTICE: Final = Template("E7030", "Payment notice", "Your next payment was made.", PAYMENT)
DOCUMENTS_RECEIVED: Final = Template(
    "E7040", "We have your documents", "Documents you uploaded were received.", INFORMATION
)

REPORT_REMINDER: Final = Template("S8010", "Reporting reminder", "Your report is due.", INFORMATION)
REPORT_OVERDUE: Final = Template(
    "S8020", "Report overdue", "You have not reported. Your payment may stop.", INFORMATION
)
APPOINTMENT_SMS: Final = Template("S8030", "Appointment reminder", "A reminder of your appointment.", CONTACT)
CONTACT_SMS: Final = Template("S8040", "Please call us", "We tried to call you about your record.", CONTACT)
RECEIPT_SMS: Final = Template("S8050", "Your receipt number", "The receipt for your call.", INFORMATION)
CLAIM_SMS: Final = Template("S8060", "Claim update", "There is an update to your claim.", INFORMATION)
REPAYMENT_SMS: Final = Template("S8070", "Repayment reminder", "A repayment is due.", PAYMENT)
DETAILS_SMS: Final = Template(
    "S8080", "Check your details", "Check that your contact details are right.", INFORMATION
)
REPORT_PUSH: Final = Template("P9010", "Report employment income", "A reminder to report.", INFORMATION)
LETTER_PUSH: Final = Template(
    "P9020", "New letter in your inbox", "A letter is in your online inbox.", INFORMATION
)
PAYMENT_PUSH: Final = Template("P9030", "Payment made", "Your payment was made.", PAYMENT)

_EVERYBODY: Final = (RATE_CHANGED, STATEMENT, RENT_CERTIFICATE, REVIEW, PLEASE_CONTACT)
_SOME: Final = {
    "student": (STUDY_CHECK,),
    "jobseeker": (MUTUAL_OBLIGATION, APPOINTMENT),
    "parent": (ESTIMATE, IMMUNISATION, APPOINTMENT),
    "family": (ESTIMATE, IMMUNISATION),
    "aged": (ASSETS_REVIEW,),
    "disabled": (ASSETS_REVIEW,),
    "carer": (CARE_REVIEW,),
}
LETTERS: Final = {name: _EVERYBODY + some for name, some in _SOME.items()}
MESSAGES: Final = (DETAILS_SMS, CONTACT_SMS, CLAIM_SMS)
