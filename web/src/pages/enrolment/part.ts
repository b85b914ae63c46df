// A part of these pages: refusals are said in the reader's language.
import { errorText } from '../../api/http';
import { enrolmentError } from '../../model/enrolment';
import { AdminPart } from '../people/admin';

export class EnrolmentPart extends AdminPart {
  protected override said(error: unknown): string {
    const word = enrolmentError(errorText(error));
    return word ? this.t(word) : super.said(error);
  }
}
